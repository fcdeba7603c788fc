-- Files, in parts.

-- name: begin_file
-- $4 commits to its name, $5 the salt of that.
with named as (
    insert into content (tenant_id, commitment, subject, salt, body)
    select $1, $4, person_id, $5, $6 from person where tenant_id = $1 and person_id = $3
    on conflict (tenant_id, commitment) do nothing
)
insert into file (tenant_id, file_id, subject, name, began_at)
select $1, $2, person_id, $4, clock($1) from person where tenant_id = $1 and person_id = $3
on conflict (tenant_id, file_id) do update set began_at = excluded.began_at

-- name: put_file_part
insert into file_part (tenant_id, file_id, part, bytes) values ($1, $2, $3, $4)
on conflict (tenant_id, file_id, part) do update set bytes = excluded.bytes

-- name: complete_file
update file set complete_at = clock($1), commitment = $3, media_type = $4, bytes = $5
where tenant_id = $1 and file_id = $2 and complete_at is null

-- name: files
-- Those that are complete and not erased.
select f.file_id, f.subject, f.commitment, f.media_type, f.bytes, convert_from(c.body, 'UTF8') as name
from unnest($2::uuid[]) k(file_id) cross join lateral (
    select * from file where tenant_id = $1 and file_id = k.file_id and complete_at is not null offset 0
) f cross join lateral (
    select body from content where tenant_id = $1 and commitment = f.name offset 0
) c

-- name: file_part
select bytes from file_part where tenant_id = $1 and file_id = $2 and part = $3

-- name: file_items
select item_id from item_file where tenant_id = $1 and file_id = $2

-- name: drop_file
with named as (
    delete from content c using file f
    where c.tenant_id = $1 and f.tenant_id = $1 and f.file_id = $2 and c.commitment = f.name
)
delete from file where tenant_id = $1 and file_id = $2

-- name: sweep_files
-- Uploads that nobody finished within $2, or put into anything within $3; their names with them.
with gone as (
    delete from file f where f.tenant_id = $1 and (
        f.complete_at is null and f.began_at < clock($1) - $2::interval
        or f.complete_at < clock($1) - $3::interval and not exists (
            select from item_file i where i.tenant_id = $1 and i.file_id = f.file_id
        )
    ) returning f.name
)
delete from content c using gone where c.tenant_id = $1 and c.commitment = gone.name
