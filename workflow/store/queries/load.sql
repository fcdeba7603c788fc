-- What is loaded before anything is decided: everything in one round trip, so the parts come as rows of one shape.
-- (Each row is looked up for its key by itself: that is what `lateral` and `offset 0` are for, here and elsewhere. A join, or
-- `= any`, planned while a tenant had few rows, would go through all of them for ever.)

-- name: load_hearing
-- $1 tenant, $2 bot, $3 accounts, $4 chats, $5 and $6 messages (chat, reference).
select 'now' as kind, null::uuid as id, null::text as name, organisation_version as version,
    clock_timestamp() + shift as at, null::bytea as body
from tenant where tenant_id = $1
union all
select 'account', a.person_id, k.external_id, null, null, null
from unnest($3::text[]) k(external_id) cross join lateral (
    select person_id from account
    where tenant_id = $1 and bot = $2 and external_id = k.external_id and revoked_at is null offset 0
) a
union all
select 'dialogue', k.chat_id, null, d.version, d.expires_at, d.state
from unnest($4::uuid[]) k(chat_id) cross join lateral (
    select version, expires_at, state from dialogue where tenant_id = $1 and chat_id = k.chat_id offset 0
) d
union all
select 'shown', k.chat_id, k.message_ref, null, null, d.about
from unnest($5::uuid[], $6::text[]) k(chat_id, message_ref) cross join lateral (
    select about from delivery where tenant_id = $1 and chat_id = k.chat_id and message_ref = k.message_ref offset 0
) d

-- name: load_items
-- The same of items alone, which is nearly always what is asked: what is not asked costs its beginning all the same.
-- $1 tenant, $2 items, $3 their heads as the caller knows them.
select 'now' as kind, null::uuid as id, null::text as name, organisation_version::bigint as number,
    clock_timestamp() + shift as at, null::bytea as head, null::bytea as body
from tenant where tenant_id = $1
union all
select 'item', i.item_id, i.code, i.version, null, i.head, case when i.head = k.head then null else i.state end
from unnest($2::uuid[], $3::bytea[]) k(item_id, head) cross join lateral (
    select item_id, code, version, head, state from item where tenant_id = $1 and item_id = k.item_id offset 0
) i

-- name: load_batch
-- $1 tenant, $2 items, $3 their heads as the caller knows them, $4 codes, $5 flows (null: all), $6 streams,
-- $7 and $8 counters (name, period).
select 'now' as kind, null::uuid as id, null::text as name, organisation_version::bigint as number,
    clock_timestamp() + shift as at, null::bytea as head, null::bytea as body
from tenant where tenant_id = $1
union all
select 'item', i.item_id, i.code, i.version, null, i.head, case when i.head = k.head then null else i.state end
from unnest($2::uuid[], $3::bytea[]) k(item_id, head) cross join lateral (
    select item_id, code, version, head, state from item where tenant_id = $1 and item_id = k.item_id offset 0
) i
union all
select 'item', i.item_id, k.code, i.version, null, i.head, i.state
from unnest($4::text[]) k(code) cross join lateral (
    select item_id, version, head, state from item where tenant_id = $1 and code = k.code offset 0
) i
union all
select 'flow', null, flow, null, null, null, convert_to(digest, 'UTF8')
from flow_current where tenant_id = $1 and ($5::text[] is null or flow = any ($5))
union all
select 'stream', k.stream_id, null, s.version, null, s.head, null
from unnest($6::uuid[]) k(stream_id) cross join lateral (
    select version, head from stream where tenant_id = $1 and stream_id = k.stream_id offset 0
) s
union all
select 'counter', null, k.name, c.value, null, null, convert_to(k.period, 'UTF8')
from unnest($7::text[], $8::text[]) k(name, period) cross join lateral (
    select value from counter where tenant_id = $1 and name = k.name and unit_id = '' and period = k.period offset 0
) c
