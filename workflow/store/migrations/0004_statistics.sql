-- What the planner believes of tables that are still empty. Every index begins with the tenant, so on an empty table all of
-- them look alike, and the plan of a lookup by key may walk through a whole tenant, and is remembered. So each hot table
-- is filled with the rows of one tenant, measured, and emptied again: TRUNCATE keeps the measure (one tenant, many keys)
-- and forgets the size. With real rows, autovacuum measures again.

do $$
declare
    t constant uuid := '00000000-0000-0000-0000-000000000000';
    hash constant bytea := decode(repeat('00', 32), 'hex');
begin
    insert into tenant (tenant_id, name, time_zone) values (t, 'statistics', 'UTC');
    insert into bot (tenant_id, bot, network) values (t, 'web', 'web');
    insert into flow_version (tenant_id, digest, flow, source, added_at) values (t, repeat('0', 64), 'flow', '', now());

    create temporary table seed on commit drop as
    select n, gen_random_uuid() as a, gen_random_uuid() as b, md5(n::text) as word,
        decode(md5(n::text) || md5((-n)::text), 'hex') as key, timestamptz '2000-01-01' + n * interval '1 minute' as at
    from generate_series(1, 1000) n;

    insert into person (tenant_id, person_id, ordinal, card, language) select t, a, n, key, 'zh' from seed;
    insert into chat (tenant_id, chat_id, bot, external_id) select t, b, 'web', word from seed;
    insert into account (tenant_id, bot, external_id, person_id, chat_id, linked_at)
    select t, 'web', word, a, b, at from seed;
    insert into dialogue (tenant_id, chat_id, version, state) select t, b, n, key from seed;
    insert into content (tenant_id, commitment, subject, salt, body) select t, key, a, key, key from seed;
    insert into command (tenant_id, command_id, bot, chat_id, chat_no, body, accepted_at, held_until, done_at, answer)
    select t, a, 'web', b, n, case when n % 10 = 0 then key end, at, at,
        case when n % 10 > 0 then at end, case when n % 10 > 0 then key end
    from seed;
    insert into item (tenant_id, item_id, digest, code, unit_id, submitter_id, began_at, version, head, state, place, next_at)
    select t, a, repeat('0', 64), word, 'unit', b, at, 1, hash, key, 'place', at from seed;
    insert into party (tenant_id, item_id, person_id, part)
    select t, a, b, case when n % 2 = 0 then 'submitter' else 'tier' end from seed;
    insert into task (tenant_id, item_id, task_no, run, place, round, holder, decides, opened_at, closed_at, outcome)
    select t, seed.a, k, 0, 'place', 1, seed.b, true, at, case when k < 3 then at end, case when k < 3 then 'voted' end
    from seed, generate_series(1, 3) k;
    insert into event (tenant_id, stream_id, version, at, body, leaf)
    select t, a, k, at, key, hash from seed, generate_series(1, 3) k;
    insert into stream (tenant_id, stream_id, kind, version, head) select t, a, 'person', n, hash from seed;
    insert into delivery (tenant_id, stream_id, topic, delivery_no, person_id, chat_id, chat_no, about, urgent, at,
        sent, message_ref)
    select t, a, k, n, b, case when n % 100 > 0 then b end, n, key, false, at, 1, word
    from seed, generate_series(0, 2) k;
    insert into owed (tenant_id, chat_id, stream_id, topic, delivery_no, at) select t, b, a, 1, n, at from seed;
    insert into counter (tenant_id, name, value) select t, word, n from seed;
    insert into file (tenant_id, file_id, subject, name, began_at) select t, b, a, key, at from seed;
    insert into item_file (tenant_id, file_id, item_id) select t, b, a from seed;
    insert into file_part (tenant_id, file_id, part, bytes) select t, b, 0, key from seed;
end $$;

analyze tenant, bot, person, chat, account, dialogue, content, command, item, party, task, event, stream, delivery,
    owed, counter, file, item_file, file_part;
set local client_min_messages = warning;
truncate tenant, item, party, task, event, stream, delivery, owed, counter, command, item_file cascade;
