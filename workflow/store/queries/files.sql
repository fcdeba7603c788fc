-- Files, in parts.

-- name: begin_file
insert into file (tenant_id, file_id, subject, began_at) values ($1, $2, $3, clock($1))
on conflict (tenant_id, file_id) do nothing

-- name: put_file_part
insert into file_part (tenant_id, file_id, part, bytes) values ($1, $2, $3, $4)
on conflict (tenant_id, file_id, part) do update set bytes = excluded.bytes

-- name: complete_file
with described as (
    insert into content (tenant_id, commitment, subject, salt, body)
    select $1, $3, subject, $4, $5 from file where tenant_id = $1 and file_id = $2
    on conflict (tenant_id, commitment) do nothing
)
update file set complete_at = clock($1), commitment = $3, media_type = $6, bytes = $7
where tenant_id = $1 and file_id = $2

-- name: files
-- Those that are complete; `card` is null once erased.
select f.file_id, f.subject, f.commitment, f.media_type, f.bytes, c.body as card
from file f left join content c on c.tenant_id = $1 and c.commitment = f.commitment
where f.tenant_id = $1 and f.file_id = any ($2) and f.complete_at is not null

-- name: file_part
select bytes from file_part where tenant_id = $1 and file_id = $2 and part = $3

-- name: drop_file
delete from file where tenant_id = $1 and file_id = $2 and complete_at is null

-- name: sweep_files
-- Uploads that nobody finished within $2.
delete from file where tenant_id = $1 and complete_at is null and began_at < clock($1) - $2

-- name: erase_files
delete from file_part p using file f
where p.tenant_id = $1 and f.tenant_id = $1 and f.file_id = p.file_id and f.subject = $2
