-- For the scalar call, which writes the same bytes for every item: copies of the one item that was really handed in, each
-- waiting at 站初审, its prompt and its status card shown, and of the two approvals of it that were accepted and wait. Only
-- ids, codes and the words that name them differ.
create schema bench;
grant usage on schema bench to guankou_app;

create function bench.item_of(n bigint) returns uuid immutable parallel safe language sql as $$
    select ('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid
$$;
create function bench.command_of(n bigint, step bigint) returns uuid immutable parallel safe language sql as $$
    select ('00000001-0000-7000-8000-' || lpad(to_hex((step << 40) + n), 12, '0'))::uuid
$$;
create function bench.renamed(body bytea, n bigint) returns bytea immutable parallel safe language sql as $$
    select convert_to(replace(replace(replace(convert_from(body, 'UTF8'), bench.item_of(1)::text, bench.item_of(n)::text),
        bench.command_of(1, 1)::text, bench.command_of(n, 1)::text),
        bench.command_of(1, 2)::text, bench.command_of(n, 2)::text), 'UTF8')
$$;

create function bench.shown(first bigint, last bigint) returns void language sql as $$
    update delivery set sent = 1, sent_at = at, chat_no = 1, message_ref = 'm' || stream_id || topic
    where stream_id between bench.item_of(first) and bench.item_of(last);
    delete from owed where stream_id between bench.item_of(first) and bench.item_of(last);
$$;
select bench.shown(1, 1);

insert into item (tenant_id, item_id, digest, code, unit_id, submitter_id, began_at, version, head, state, title, place,
    next_at, ended_at)
select tenant_id, bench.item_of(n), digest, 'B' || lpad(n::text, 8, '0'), unit_id, submitter_id, began_at, version, head,
    bench.renamed(state, n), title, place, next_at, ended_at
from item, generate_series(2, :items) n where item_id = bench.item_of(1);

insert into party (tenant_id, item_id, person_id, part)
select tenant_id, bench.item_of(n), person_id, part
from party, generate_series(2, :items) n where item_id = bench.item_of(1);

insert into task (tenant_id, item_id, task_no, run, place, round, holder, decides, opened_at)
select tenant_id, bench.item_of(n), task_no, run, place, round, holder, decides, opened_at
from task, generate_series(2, :items) n where item_id = bench.item_of(1);

insert into event (tenant_id, stream_id, version, at, body, leaf)
select tenant_id, bench.item_of(n), version, at, bench.renamed(body, n), leaf
from event, generate_series(2, :items) n where stream_id = bench.item_of(1);

insert into delivery (tenant_id, stream_id, topic, delivery_no, person_id, chat_id, chat_no, about, urgent, at, sent,
    sent_at, message_ref)
select tenant_id, bench.item_of(n), topic, delivery_no, person_id, chat_id, n, bench.renamed(about, n), urgent, at, 1, at,
    'm' || n || '-' || topic
from delivery, generate_series(2, :items) n where stream_id = bench.item_of(1);

insert into command (tenant_id, command_id, bot, body, accepted_at, held_until)
select tenant_id, bench.command_of(n, step), bot, bench.renamed(body, n), accepted_at, 'infinity'
from command, generate_series(1, 2) step, generate_series(2, :items) n where command_id = bench.command_of(1, step);

analyze;
