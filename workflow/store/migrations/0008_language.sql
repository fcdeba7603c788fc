-- What the whole language asks of the store: items that an item set going, answers that are streams of their own, windows of
-- rules over many items, duplicates that join an open item, recurrences, and rows that flows add to lists.

alter table item
    add column parent_id uuid,  -- the item whose step `parent_path` set it going, in its round, for its row
    add column parent_path text not null default '',
    add column parent_round integer not null default 0,
    add column parent_row integer not null default -1;
create index item_children on item (tenant_id, parent_id, parent_path, parent_round, parent_row) where parent_id is not null;

-- The last answer of each who answered an open `collect`; its stream holds all of them.
create table answer (
    tenant_id uuid not null,
    item_id uuid not null,
    path text not null check (path <> ''),
    round integer not null check (round > 0),
    stream_id uuid not null,
    person_id uuid,  -- null: recorded for somebody whom the organisation does not know
    at timestamptz not null,
    body bytea not null,
    primary key (tenant_id, item_id, path, round, stream_id)
) with (fillfactor = 70);
create unique index answer_stream on answer (tenant_id, stream_id);

-- What a `watch` looks back at: of each ended item what its rule needs, by what it is grouped by.
create table watched (
    tenant_id uuid not null,
    flow text not null,
    rule text not null,
    key text not null,
    item_id uuid not null,
    at timestamptz not null,
    body bytea not null,
    primary key (tenant_id, flow, rule, key, item_id)
);
create index watched_last on watched (tenant_id, flow, rule, key, at);

-- Which open item a duplicate joins. `mac` is keyed, and forgotten with its window.
create table merging (
    tenant_id uuid not null,
    flow text not null,
    mac bytea not null check (octet_length(mac) = 32),
    item_id uuid not null,
    until timestamptz not null,
    primary key (tenant_id, flow, mac)
);
create index merging_until on merging (tenant_id, until);

-- When a flow begins by itself next; one row a flow, so that a moment is fired by one alone.
create table schedule (
    tenant_id uuid not null references tenant,
    flow text not null,
    digest text not null,
    next_at timestamptz not null,
    fired_at timestamptz,
    primary key (tenant_id, flow),
    foreign key (tenant_id, digest) references flow_version
);
create index schedule_next on schedule (tenant_id, next_at);

alter table stream drop constraint stream_kind_check;
alter table stream add constraint stream_kind_check
    check (kind in ('person', 'administration', 'unit', 'flow', 'answer', 'ledger'));
alter table counter add constraint balance_floor check (value >= 0 or name not like all (array['balance/%', 'held/%']));

grant select on answer, watched, merging, schedule to guankou_app;
grant insert, update, delete on schedule to guankou_app;
grant delete on watched, merging to guankou_app;

do $$
declare
    name text;
begin
    foreach name in array array['answer', 'watched', 'merging', 'schedule'] loop
        execute format('alter table %I enable row level security', name);
        execute format(
            'create policy own_tenant on %I to guankou_app'
            ' using (tenant_id = (select nullif(current_setting(''guankou.tenant'', true), '''')::uuid))', name
        );
    end loop;
end $$;

-- As in 0004: what the planner believes of tables that are still empty.
insert into answer (tenant_id, item_id, path, round, stream_id, at, body)
select '00000000-0000-0000-0000-000000000000', gen_random_uuid(), md5(n::text), 1, gen_random_uuid(),
    timestamptz '2000-01-01' + n * interval '1 minute', ''
from generate_series(1, 1000) n;
insert into watched (tenant_id, flow, rule, key, item_id, at, body)
select '00000000-0000-0000-0000-000000000000', md5((n % 10)::text), md5((n % 30)::text), md5(n::text), gen_random_uuid(),
    timestamptz '2000-01-01' + n * interval '1 minute', ''
from generate_series(1, 1000) n;
insert into merging (tenant_id, flow, mac, item_id, until)
select '00000000-0000-0000-0000-000000000000', md5((n % 10)::text), decode(md5(n::text) || md5((-n)::text), 'hex'),
    gen_random_uuid(), timestamptz '2000-01-01' + n * interval '1 minute'
from generate_series(1, 1000) n;
analyze answer, watched, merging;
truncate answer, watched, merging;

-- commit_decisions once more, with all that.

alter type commit_begun
    add attribute parent_id uuid, add attribute parent_path text, add attribute parent_round integer,
    add attribute parent_row integer;
create type commit_guard as (grp integer, item_id uuid, version integer, path text, round integer, given bigint);
create type commit_answer as (
    grp integer, item_id uuid, path text, round integer, stream_id uuid, person_id uuid, at timestamptz, body bytea
);
create type commit_window as (grp integer, flow text, rule text, key text, item_id uuid, at timestamptz, body bytea);
create type commit_merge as (grp integer, flow text, mac bytea, item_id uuid, until timestamptz);
create type commit_list as (grp integer, list text, name text, body bytea);

drop function commit_decisions(
    uuid, integer, commit_item[], commit_begun[], commit_stream[], commit_settled[], commit_order[], commit_dialogue[],
    commit_event[], commit_task[], commit_delivery[], uuid[], commit_bump[], commit_turn[], commit_counter[],
    commit_content[], commit_file[]
);

-- A guarded item must still be at its version, and is not written for that; where `path` is one of its steps, so often answers must
-- have been `given` there: who ends the step has then seen all of them. A group whose `mac` stands for another open item loses
-- with `merged`; one that adds to a list that is not there, with `list`. A row of a list replaces the one of its name.
create function commit_decisions(
    t uuid, organisation integer,
    items commit_item[], begun commit_begun[], streams commit_stream[], settled commit_settled[], orders commit_order[],
    dialogues commit_dialogue[], events commit_event[], tasks commit_task[], deliveries commit_delivery[],
    speaking uuid[], bumps commit_bump[], turns commit_turn[], counters commit_counter[], contents commit_content[], files commit_file[],
    guards commit_guard[], answers commit_answer[], windows commit_window[], merges commit_merge[], lists commit_list[],
    out lost integer[], out why text[], out answered commit_settled[], out owed uuid[], out current integer,
    out committed_at timestamptz
) language plpgsql security definer set search_path = public, pg_temp as $$
#variable_conflict use_column
declare
    adopted constant boolean := exists (select from unnest(deliveries) where message_ref is not null);
    held_item record;
begin
    if lists <> '{}' then
        -- Lists are the organisation's: who changes one holds it alone from the first, or two would wait for each other.
        perform from tenant where tenant_id = t for no key update;
    end if;

    select organisation_version, clock_timestamp() + shift into current, committed_at
    from tenant where tenant_id = t for share;
    if current is distinct from coalesce(organisation, current) then
        return;
    end if;

    if guards <> '{}' then
        -- What is only guarded stands among what is written: all in one order.
        for held_item in
            select x.item_id, bool_or(x.written) as written
            from (
                select item_id, true as written from unnest(items)
                union all
                select item_id, false from unnest(guards)
            ) x
            group by x.item_id order by x.item_id
        loop
            if held_item.written then
                perform from item where tenant_id = t and item_id = held_item.item_id for no key update;
            else
                perform from item where tenant_id = t and item_id = held_item.item_id for share;
            end if;
        end loop;
    end if;

    -- Lock what is guarded, and see who lost.
    -- (What is asked of a locked row stands in `filter`: in `where` it would be asked before the lock.)
    select coalesce(array_agg(x.grp) filter (where held.version is distinct from x.expected), '{}') into lost
    from (select * from unnest(items) order by item_id) x
    left join lateral (
        select version from item where tenant_id = t and item_id = x.item_id for no key update
    ) held on true;
    why := array_fill('version'::text, array[cardinality(lost)]);

    if guards <> '{}' then
        select lost || array_agg(x.grp), why || array_agg('version'::text) into lost, why
        from unnest(guards) x
        left join item i on i.tenant_id = t and i.item_id = x.item_id
        where i.version is distinct from x.version or x.path <> '' and x.given <> (
            select coalesce(sum(s.version), 0) from answer a
            join stream s on s.tenant_id = t and s.stream_id = a.stream_id
            where a.tenant_id = t and a.item_id = x.item_id and a.path = x.path and a.round = x.round
        );
    end if;

    select lost || array_agg(x.grp) filter (where held.done_at is not null),
        why || array_agg('settled'::text) filter (where held.done_at is not null),
        array_agg((x.grp, x.command_id, held.answer, null)::commit_settled) filter (where held.done_at is not null)
    into lost, why, answered
    from (select * from unnest(settled) order by command_id) x
    left join lateral (
        select done_at, answer from command where tenant_id = t and command_id = x.command_id for no key update
    ) held on true;

    if begun <> '{}' then
        select lost || array_agg(x.grp), why || array_agg(x.word) into lost, why
        from (
            select grp, case when exists (
                select from item where tenant_id = t and item_id = one.item_id
            ) then 'version' when exists (
                select from item where tenant_id = t and code = one.code
            ) then 'code' end as word
            from unnest(begun) one
        ) x
        where x.word is not null;
    end if;

    if dialogues <> '{}' then
        select lost || array_agg(x.grp) filter (where coalesce(held.version, 0) <> x.expected),
            why || array_agg('version'::text) filter (where coalesce(held.version, 0) <> x.expected)
        into lost, why
        from (select * from unnest(dialogues) order by chat_id) x
        left join lateral (
            select version from dialogue where tenant_id = t and chat_id = x.chat_id for no key update
        ) held on true;
    end if;

    if streams <> '{}' then
        select lost || array_agg(x.grp) filter (where coalesce(held.version, 0) <> x.expected),
            why || array_agg('version'::text) filter (where coalesce(held.version, 0) <> x.expected)
        into lost, why
        from (select * from unnest(streams) order by stream_id) x
        left join lateral (
            select version from stream where tenant_id = t and stream_id = x.stream_id for no key update
        ) held on true;
    end if;

    if counters <> '{}' then
        select lost || array_agg(x.grp) filter (where coalesce(held.value, 0) <> x.before),
            why || array_agg('version'::text) filter (where coalesce(held.value, 0) <> x.before)
        into lost, why
        from (select * from unnest(counters) where before is not null order by name, unit_id, period) x
        left join lateral (
            select value from counter
            where tenant_id = t and name = x.name and unit_id = x.unit_id and period = x.period for no key update
        ) held on true;
    end if;

    if merges <> '{}' then
        -- There may be no row yet that could be locked: of two who come first at once, one waits here, and then sees the other's.
        perform pg_advisory_xact_lock(hashtextextended(t || x.flow || encode(x.mac, 'hex'), 0))
        from (select flow, mac from unnest(merges) order by flow, mac) x;
        select lost || array_agg(x.grp) filter (where held.until > committed_at and held.item_id <> x.item_id),
            why || array_agg('merged'::text) filter (where held.until > committed_at and held.item_id <> x.item_id)
        into lost, why
        from (select * from unnest(merges) order by flow, mac) x
        left join lateral (
            -- What is over is joined no more, though it be over by what is written here.
            select m.item_id, case when i.ended_at is null and not exists (
                select from unnest(items) y where y.item_id = m.item_id and y.grp = x.grp and y.ended_at is not null
            ) then m.until else '-infinity' end as until
            from merging m left join item i on i.tenant_id = t and i.item_id = m.item_id
            where m.tenant_id = t and m.flow = x.flow and m.mac = x.mac for no key update of m
        ) held on true;
    end if;

    if lists <> '{}' then
        select lost || array_agg(x.grp), why || array_agg('list'::text) into lost, why
        from unnest(lists) x
        where not exists (
            select from roster r where r.tenant_id = t and r.kind = 'list' and r.name = x.list
        );
    end if;

    -- Write what the winners wrote.
    update item i
    set version = x.version, head = x.head, state = x.state, title = x.title, place = x.place,
        next_at = x.next_at, ended_at = x.ended_at
    from unnest(items) x
    where i.tenant_id = t and i.item_id = x.item_id and x.grp <> all (lost);

    if begun <> '{}' then
        insert into item (tenant_id, item_id, digest, code, unit_id, submitter_id, began_at, version, head, state,
            title, place, next_at, ended_at, parent_id, parent_path, parent_round, parent_row)
        select t, item_id, digest, code, unit_id, submitter_id, began_at, version, head, state,
            title, place, next_at, ended_at, parent_id, parent_path, parent_round, parent_row
        from unnest(begun) where grp <> all (lost);

        insert into party (tenant_id, item_id, person_id, part)
        select t, item_id, submitter_id, 'submitter' from unnest(begun)
        where submitter_id <> '00000000-0000-0000-0000-000000000000' and grp <> all (lost);
    end if;

    insert into event (tenant_id, stream_id, version, at, body, leaf)
    select t, stream_id, version, at, body, leaf from unnest(events) where grp <> all (lost);

    insert into party (tenant_id, item_id, person_id, part)
    select t, item_id, person_id, part from unnest(tasks) where part is not null and grp <> all (lost)
    on conflict (tenant_id, item_id, person_id) do nothing;

    -- Apart, because an upsert costs twice an insert: what has its row already comes without `opened_at`. Found by its key
    -- first: a plan made while there were few tasks would go through all of the tenant's, with every vote.
    update task k
    set holder = x.holder, decides = x.decides, part = x.part, closed_at = x.closed_at, outcome = x.outcome,
        choice = x.choice, person_id = x.person_id
    from unnest(tasks) x, lateral (
        select ctid from task where tenant_id = t and item_id = x.item_id and task_no = x.task_no offset 0
    ) held
    where k.tenant_id = t and k.ctid = held.ctid and x.opened_at is null and x.grp <> all (lost);

    insert into task (tenant_id, item_id, task_no, run, place, round, holder, decides,
        part, opened_at, closed_at, outcome, choice, person_id)
    select t, item_id, task_no, run, place, round, holder, decides,
        part, opened_at, closed_at, outcome, choice, person_id
    from unnest(tasks) where opened_at is not null and grp <> all (lost);

    insert into command (tenant_id, command_id, accepted_at, held_until, done_at, answer, words)
    select t, command_id, committed_at, committed_at, committed_at, answer, words
    from unnest(settled) where grp <> all (lost)
    on conflict (tenant_id, command_id) do update
    set done_at = excluded.done_at, answer = excluded.answer, words = excluded.words, body = null;

    if orders <> '{}' then
        insert into command (tenant_id, command_id, body, accepted_at, held_until)
        select t, command_id, body, committed_at, clock_timestamp() from unnest(orders) where grp <> all (lost)
        on conflict (tenant_id, command_id) do nothing;
    end if;

    if dialogues <> '{}' then
        update dialogue d set version = x.version, state = x.state, expires_at = x.expires_at
        from unnest(dialogues) x
        where d.tenant_id = t and d.chat_id = x.chat_id and x.expected > 0 and x.grp <> all (lost);

        -- Without `on conflict`: of two who begin it at once, one fails, is tried again, and loses.
        insert into dialogue (tenant_id, chat_id, version, state, expires_at)
        select t, chat_id, version, state, expires_at from unnest(dialogues)
        where expected = 0 and grp <> all (lost) order by chat_id;
    end if;

    if streams <> '{}' then
        update stream s set version = x.version, head = x.head
        from unnest(streams) x
        where s.tenant_id = t and s.stream_id = x.stream_id and x.expected > 0 and x.grp <> all (lost);

        insert into stream (tenant_id, stream_id, kind, version, head)
        select t, stream_id, kind, version, head from unnest(streams)
        where expected = 0 and grp <> all (lost) order by stream_id;
    end if;

    if counters <> '{}' then
        -- What is not there yet could not be locked: of two who take it first at once, one fails, is tried again, and loses.
        with taken as (
            update counter c set value = c.value + x.amount
            from unnest(counters) x
            where c.tenant_id = t and c.name = x.name and c.unit_id = x.unit_id and c.period = x.period
                and c.value = x.before and x.grp <> all (lost)
            returning c.name, c.unit_id, c.period
        )
        insert into counter (tenant_id, name, unit_id, period, value)
        select t, x.name, x.unit_id, x.period, x.amount from unnest(counters) x
        where x.before = 0 and x.amount <> 0 and x.grp <> all (lost) and not exists (
            select from taken where taken.name = x.name and taken.unit_id = x.unit_id and taken.period = x.period
        )
        order by x.name, x.unit_id, x.period;

        insert into counter as kept (tenant_id, name, unit_id, period, value)
        select t, name, unit_id, period, sum(amount) from unnest(counters) where before is null and grp <> all (lost)
        group by name, unit_id, period order by name, unit_id, period
        on conflict (tenant_id, name, unit_id, period) do update set value = kept.value + excluded.value;
    end if;

    if answers <> '{}' then
        insert into answer (tenant_id, item_id, path, round, stream_id, person_id, at, body)
        select t, item_id, path, round, stream_id, person_id, at, body from unnest(answers)
        where grp <> all (lost) order by item_id, path, round, stream_id
        on conflict (tenant_id, item_id, path, round, stream_id) do update set at = excluded.at, body = excluded.body;
    end if;

    if windows <> '{}' then
        insert into watched (tenant_id, flow, rule, key, item_id, at, body)
        select t, flow, rule, key, item_id, at, body from unnest(windows)
        where grp <> all (lost) order by flow, rule, key, item_id
        on conflict (tenant_id, flow, rule, key, item_id) do update set at = excluded.at, body = excluded.body;
    end if;

    if merges <> '{}' then
        update merging m set item_id = x.item_id, until = x.until
        from unnest(merges) x
        where m.tenant_id = t and m.flow = x.flow and m.mac = x.mac and x.grp <> all (lost);

        insert into merging (tenant_id, flow, mac, item_id, until)
        select t, x.flow, x.mac, x.item_id, x.until from unnest(merges) x
        where x.grp <> all (lost) and not exists (
            select from merging m where m.tenant_id = t and m.flow = x.flow and m.mac = x.mac
        )
        order by x.flow, x.mac;
    end if;

    if lists <> '{}' then
        update roster r
        set value = jsonb_set(r.value, '{rows}', (
            select jsonb_agg(y.line order by y.n)
            from (
                select coalesce(convert_from(x.body, 'UTF8')::jsonb, o.line) as line, o.n
                from jsonb_array_elements(coalesce(r.value -> 'rows', '[]')) with ordinality o(line, n)
                left join unnest(lists) x on x.list = r.name and x.name = o.line ->> 0 and x.grp <> all (lost)
                union all
                select convert_from(x.body, 'UTF8')::jsonb, 1000000000 + x.n
                from (select grp, list, name, body, row_number() over () as n from unnest(lists)) x
                where x.list = r.name and x.grp <> all (lost) and not exists (
                    select from jsonb_array_elements(coalesce(r.value -> 'rows', '[]')) o(line)
                    where o.line ->> 0 = x.name
                )
            ) y
        ))
        where r.tenant_id = t and r.kind = 'list' and r.name in (
            select x.list from unnest(lists) x where x.grp <> all (lost)
        );
        if found then
            update tenant set organisation_version = organisation_version + 1
            where tenant_id = t returning organisation_version into current;
        end if;
    end if;

    if contents <> '{}' then
        insert into content (tenant_id, commitment, subject, salt, body)
        select t, commitment, subject, salt, body from unnest(contents) where grp <> all (lost)
        on conflict (tenant_id, commitment) do nothing;
    end if;

    if files <> '{}' then
        insert into item_file (tenant_id, file_id, item_id)
        select t, file_id, item_id from unnest(files) where grp <> all (lost)
        on conflict (tenant_id, file_id, item_id) do nothing;
    end if;

    if bumps <> '{}' then
        with shown as (
            insert into owed as kept (tenant_id, chat_id, stream_id, topic, delivery_no, at)
            select t, d.chat_id, d.stream_id, d.topic, d.delivery_no, committed_at
            from (select * from unnest(bumps) order by stream_id, topic) x
            join delivery d on d.tenant_id = t and d.stream_id = x.stream_id and d.topic = x.topic
            where x.grp <> all (lost) and d.chat_id is not null and d.dead_at is null
            on conflict (tenant_id, chat_id, stream_id, topic, delivery_no) do update set wanted = kept.wanted + 1
            returning chat_id
        )
        select array_agg(chat_id) into owed from shown;
    end if;

    if turns <> '{}' then
        with turned as (
            update delivery d set about = coalesce(x.about, d.about)
            from (select * from unnest(turns) order by chat_id, message_ref) x
            where d.tenant_id = t and d.chat_id = x.chat_id and d.message_ref = x.message_ref
                and x.grp <> all (lost)
            returning d.chat_id, d.stream_id, d.topic, d.delivery_no
        ), shown as (
            insert into owed as kept (tenant_id, chat_id, stream_id, topic, delivery_no, at)
            select t, chat_id, stream_id, topic, delivery_no, committed_at from turned
            on conflict (tenant_id, chat_id, stream_id, topic, delivery_no) do update set wanted = kept.wanted + 1
            returning chat_id
        )
        select owed || array_agg(chat_id) into owed from shown;
    end if;

    if adopted then
        with taken as (
            update delivery d set message_ref = x.message_ref, sent = greatest(d.sent, 1), tries = 0
            from unnest(deliveries) x
            where x.message_ref is not null and x.grp <> all (lost)
                and d.tenant_id = t and d.stream_id = x.stream_id and d.topic = x.topic and d.chat_id = x.chat_id
                and d.message_ref is null and d.attempt > 0 and d.dead_at is null
                and (d.topic >= 0 or d.about = x.about)  -- many plain ones share a topic
            returning d.chat_id, d.stream_id, d.topic, d.delivery_no
        ), shown as (
            insert into owed as kept (tenant_id, chat_id, stream_id, topic, delivery_no, at)
            select t, chat_id, stream_id, topic, delivery_no, committed_at from taken
            on conflict (tenant_id, chat_id, stream_id, topic, delivery_no) do update set wanted = kept.wanted + 1
            returning chat_id
        )
        select owed || array_agg(chat_id) into owed from shown;
    end if;

    if speaking <> '{}' then
        update chat set deliveries = chat.deliveries + 1
        from unnest(speaking) x where tenant_id = t and chat_id = x;
    end if;

    if deliveries <> '{}' then
        with told as (
            insert into delivery (tenant_id, stream_id, topic, delivery_no, person_id, chat_id, about, urgent, at,
                message_ref, sent, attempt)
            select t, y.stream_id, y.topic,
                case when y.base is not null then (y.base::bigint << 20) + y.n
                else (1::bigint << 62) | (hashtextextended(y.asked::text, ((
                    -- Beside any decision no version numbers it: the chat does, far above all versions.
                    select c.deliveries from chat c where c.tenant_id = t and c.chat_id = y.asked
                )::bigint << 20) + y.n) & ((1::bigint << 62) - 1)) end,
                y.person_id, y.chat_id, y.about, y.urgent, committed_at + y.n * interval '1 microsecond',
                y.message_ref, case when y.message_ref is null then 0 else 1 end,
                case when y.message_ref is null then 0 else 1 end
            from (
                select x.stream_id, x.base, x.topic, x.person_id, x.chat_id as asked, x.about, x.urgent, x.message_ref,
                    coalesce(a.chat_id, x.chat_id, (
                        select r.chat_id from room r where r.tenant_id = t and r.name = x.room
                    )) as chat_id,
                    row_number() over () as n
                from unnest(deliveries) x
                left join account a on a.tenant_id = t and a.person_id = x.person_id and a.revoked_at is null
                where x.grp <> all (lost) and not (x.once and exists (
                    select from delivery d
                    where d.tenant_id = t and d.stream_id = x.stream_id and d.topic = x.topic
                        and coalesce(d.chat_id, d.person_id) = coalesce(a.chat_id, x.chat_id, x.person_id)
                )) and not (x.message_ref is not null and exists (
                    select from delivery d
                    where d.tenant_id = t and d.chat_id = x.chat_id and d.message_ref = x.message_ref
                ))
            ) y
            where y.chat_id is not null or y.person_id is not null
            returning stream_id, topic, delivery_no, chat_id, at
        ), shown as (
            insert into owed (tenant_id, chat_id, stream_id, topic, delivery_no, at)
            select t, chat_id, stream_id, topic, delivery_no, at from told where chat_id is not null
            returning chat_id
        )
        select owed || array_agg(chat_id) into owed from shown;
    end if;
end $$;

revoke execute on function commit_decisions from public;
grant execute on function commit_decisions to guankou_app;
