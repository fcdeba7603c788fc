-- What is loaded before anything is decided: everything in one round trip, so the parts come as rows of one shape.
-- (Items are joined to the left, and those that are not there come without an id: what may be missing cannot come first in a
-- join. A plan made while a tenant had few would go through all of them for ever.)

-- name: load_hearing
-- $1 tenant, $2 bot, $3 accounts, $4 chats, $5 and $6 messages (chat, reference).
select 'now' as kind, null::uuid as id, null::text as name, organisation_version as version,
    clock_timestamp() + shift as at, null::bytea as body
from tenant where tenant_id = $1
union all
select 'account', person_id, external_id, null, null, null
from account where tenant_id = $1 and bot = $2 and external_id = any ($3) and revoked_at is null
union all
select 'dialogue', chat_id, null, version, expires_at, state
from dialogue where tenant_id = $1 and chat_id = any ($4)
union all
select 'shown', d.chat_id, d.message_ref, null, null, d.about
from unnest($5::uuid[], $6::text[]) m(chat_id, message_ref)
join delivery d on d.tenant_id = $1 and d.chat_id = m.chat_id and d.message_ref = m.message_ref

-- name: load_items
-- The same of items alone, which is nearly always what is asked: what is not asked costs its beginning all the same.
-- $1 tenant, $2 items, $3 their heads as the caller knows them.
select 'now' as kind, null::uuid as id, null::text as name, organisation_version::bigint as number,
    clock_timestamp() + shift as at, null::bytea as head, null::bytea as body
from tenant where tenant_id = $1
union all
select 'item', i.item_id, i.code, i.version, null, i.head, case when i.head = k.head then null else i.state end
from unnest($2::uuid[], $3::bytea[]) k(item_id, head) left join item i on i.tenant_id = $1 and i.item_id = k.item_id

-- name: load_batch
-- $1 tenant, $2 items, $3 their heads as the caller knows them, $4 codes, $5 flows (null: all), $6 streams,
-- $7 and $8 counters (name, period).
select 'now' as kind, null::uuid as id, null::text as name, organisation_version::bigint as number,
    clock_timestamp() + shift as at, null::bytea as head, null::bytea as body
from tenant where tenant_id = $1
union all
select 'item', i.item_id, i.code, i.version, null, i.head, case when i.head = k.head then null else i.state end
from unnest($2::uuid[], $3::bytea[]) k(item_id, head) left join item i on i.tenant_id = $1 and i.item_id = k.item_id
union all
select 'item', item_id, code, version, null, head, state from item where tenant_id = $1 and code = any ($4)
union all
select 'flow', null, flow, null, null, null, convert_to(digest, 'UTF8')
from flow_current where tenant_id = $1 and ($5::text[] is null or flow = any ($5))
union all
select 'stream', stream_id, null, version, null, head, null
from stream where tenant_id = $1 and stream_id = any ($6)
union all
select 'counter', null, c.name, c.value, null, null, convert_to(c.period, 'UTF8')
from unnest($7::text[], $8::text[]) n(name, period)
join counter c on c.tenant_id = $1 and c.name = n.name and c.unit_id = '' and c.period = n.period
