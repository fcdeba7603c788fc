-- What the application's role may do. It owns nothing. The log, the versions of flows and who is what in an item it may
-- only read and add to; what says "delete" here is a projection, a queue, or words that somebody wants forgotten.

grant usage on schema public to guankou_app;
grant select on all tables in schema public to guankou_app;
grant insert on event, flow_version, party, item_file to guankou_app;
grant insert, update on
    tenant, organisation, person, flow_current, bot, chat, account, dialogue, command, item, task, counter, stream, delivery
    to guankou_app;
grant insert, update, delete on
    unit, position, roster, calendar_day, room, link_code, owed, content, file, file_part
    to guankou_app;
revoke execute on function commit_decisions from public;
grant execute on function commit_decisions to guankou_app;

-- A connection belongs to one tenant at a time and sees no other's rows. That is against forgetfulness: whoever can put in
-- SQL of their own can also set the tenant. Tenants themselves are seen by all, by name.
do $$
declare
    name text;
begin
    for name in
        select relname from pg_class
        where relnamespace = 'public'::regnamespace and relkind = 'r' and relname not in ('tenant', 'migration')
    loop
        execute format('alter table %I enable row level security', name);
        execute format(
            'create policy own_tenant on %I to guankou_app'
            ' using (tenant_id = (select nullif(current_setting(''guankou.tenant'', true), '''')::uuid))', name
        );
    end loop;
end $$;
