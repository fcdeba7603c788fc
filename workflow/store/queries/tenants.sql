-- Tenants, and what is kept of their organisation, flows and people.

-- name: belong
-- This connection serves tenant $1 from now on, and sees no other's rows.
select set_config('guankou.tenant', $1, false)

-- name: make_tenant
insert into tenant (tenant_id, name, time_zone, demonstration) values ($1, $2, $3, $4)

-- name: all_tenants
select tenant_id, name, time_zone, demonstration, shift > interval '0' as shifted, organisation_version from tenant order by name

-- name: make_bot
insert into bot (tenant_id, bot, network) values ($1, $2, $3)
on conflict (tenant_id, bot) do update set network = excluded.network

-- name: bots
select bot, network, read_to from bot where tenant_id = $1 order by bot

-- name: lock_organisation
-- Waits for every decision under way; those that come later see the next version.
select organisation_version, clock($1) as now from tenant where tenant_id = $1 for no key update

-- name: bump_organisation
update tenant set organisation_version = organisation_version + 1 where tenant_id = $1 returning organisation_version

-- name: set_time_zone
update tenant set time_zone = $2 where tenant_id = $1

-- name: put_organisation
insert into organisation (tenant_id, name, title, tiers, roles, coordinator, administrator, hours)
values ($1, $2, $3, $4, $5, $6, $7, $8)
on conflict (tenant_id) do update
set name = excluded.name, title = excluded.title, tiers = excluded.tiers, roles = excluded.roles,
    coordinator = excluded.coordinator, administrator = excluded.administrator, hours = excluded.hours

-- name: clear_positions
delete from position where tenant_id = $1

-- name: clear_units
delete from unit where tenant_id = $1

-- name: clear_roster
delete from roster where tenant_id = $1

-- name: clear_days
delete from calendar_day where tenant_id = $1

-- name: put_units
insert into unit (tenant_id, unit_id, tier, parent_id, ordinal)
select $1, u.* from unnest($2::text[], $3::text[], $4::text[]) with ordinality u(unit_id, tier, parent_id, ordinal)

-- name: put_people
insert into person (tenant_id, person_id, card, language, left_at, ordinal)
select $1, p.* from unnest($2::uuid[], $3::bytea[], $4::text[], $5::timestamptz[])
    with ordinality p(person_id, card, language, left_at, ordinal)
on conflict (tenant_id, person_id) do update
set card = excluded.card, left_at = excluded.left_at, ordinal = excluded.ordinal

-- name: put_contents
insert into content (tenant_id, commitment, subject, salt, body)
select $1, c.* from unnest($2::bytea[], $3::uuid[], $4::bytea[], $5::bytea[]) c(commitment, subject, salt, body)
on conflict (tenant_id, commitment) do nothing

-- name: put_positions
insert into position (tenant_id, person_id, unit_id, role, since, until, ordinal)
select $1, p.person_id, p.unit_id, p.role, coalesce(p.since, '-infinity'), coalesce(p.until, 'infinity'), p.ordinal
from unnest($2::uuid[], $3::text[], $4::text[], $5::timestamptz[], $6::timestamptz[])
    with ordinality p(person_id, unit_id, role, since, until, ordinal)

-- name: put_roster
insert into roster (tenant_id, kind, name, value, ordinal)
select $1, r.* from unnest($2::text[], $3::text[], $4::jsonb[]) with ordinality r(kind, name, value, ordinal)

-- name: put_days
insert into calendar_day (tenant_id, unit_id, day, kind, published)
select $1, d.* from unnest($2::text[], $3::date[], $4::text[], $5::boolean[]) d(unit_id, day, kind, published)

-- name: organisation
select t.organisation_version, t.time_zone, o.name, o.title, o.tiers, o.roles, o.coordinator, o.administrator, o.hours
from tenant t join organisation o on o.tenant_id = $1
where t.tenant_id = $1

-- name: units
select unit_id, tier, parent_id from unit where tenant_id = $1 order by ordinal

-- name: people
select p.person_id, p.language, p.left_at, c.body as card, p.card as commitment
from person p left join content c on c.tenant_id = $1 and c.commitment = p.card
where p.tenant_id = $1 order by p.ordinal, p.person_id

-- name: positions
select person_id, unit_id, role, nullif(since, '-infinity') as since, nullif(until, 'infinity') as until
from position where tenant_id = $1 order by ordinal

-- name: roster
select kind, name, value from roster where tenant_id = $1 order by kind, ordinal

-- name: days
select unit_id, day, kind, published from calendar_day where tenant_id = $1 order by unit_id, day

-- name: put_flow_version
insert into flow_version (tenant_id, digest, flow, source, added_at) values ($1, $2, $3, $4, clock($1))
on conflict (tenant_id, digest) do nothing

-- name: put_flow_current
insert into flow_current (tenant_id, flow, digest) values ($1, $2, $3)
on conflict (tenant_id, flow) do update set digest = excluded.digest

-- name: current_flows
select flow, digest from flow_current where tenant_id = $1 order by flow

-- name: flow_source
select flow, source from flow_version where tenant_id = $1 and digest = $2

-- name: flow_digests
select digest from flow_version where tenant_id = $1 order by digest
