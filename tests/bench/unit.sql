-- The bare five-row unit: what a decision costs a database when nothing is checked and nobody is asked.
-- One item updated under a version check, one chained event, one message owed, one task closed, one opened.
create schema unit;

create table unit.item (
    t uuid, item integer, version integer not null, head bytea not null, state bytea not null,
    primary key (t, item)
) with (fillfactor = 70);
create table unit.event (
    t uuid, item integer, version integer, body bytea not null, leaf bytea not null, primary key (t, item, version)
);
create table unit.outbox (
    t uuid, item integer, version integer, chat uuid not null, body bytea not null, sent_at timestamptz,
    primary key (t, item, version)
);
create table unit.task (
    t uuid, item integer, no integer, holder uuid not null, opened_at timestamptz not null, closed_at timestamptz,
    outcome text, primary key (t, item, no)
) with (fillfactor = 70);
create index on unit.task (t, holder, opened_at, item) where closed_at is null;

insert into unit.item
select :'tenant', n, 1, sha256('x'), decode(repeat('ab', :state_bytes), 'hex') from generate_series(1, :items) n;
insert into unit.task select :'tenant', n, 1, gen_random_uuid(), now() from generate_series(1, :items) n;

create function unit.decide(tenant uuid, which integer, body_bytes integer) returns integer language plpgsql as $$
declare
    v integer;
    previous bytea;
    body bytea := decode(repeat('cd', body_bytes), 'hex');
    leaf bytea;
begin
    select version, head into v, previous from unit.item where t = tenant and item = which;
    leaf := sha256('\x00'::bytea || previous || body);
    update unit.item set version = v + 1, head = leaf where t = tenant and item = which and version = v;
    if not found then
        return 0;
    end if;
    insert into unit.event values (tenant, which, v + 1, body, leaf);
    insert into unit.outbox values (tenant, which, v + 1, tenant, '\x00');
    update unit.task set closed_at = clock_timestamp(), outcome = 'approved' where t = tenant and item = which and no = v;
    insert into unit.task values (tenant, which, v + 1, tenant, clock_timestamp());
    return v + 1;
end $$;
