-- One approval, at 站初审 (`step` 1) or at 所复审 (2), in one call, row by row: the rows and the checks of one such decision,
-- written as one would write it by hand. What decide() asks beforehand is asked here: whether the item may leave that place,
-- whether the task is open and the reviewer's, whether they hold that right now, and are not who handed it in. What follows
-- (the next step's holders, its deadline, the words of its prompts) is given, and so is what was `shown` of the item and its
-- tasks, of which there are `known`. It lives in the bench alone, to be compared with.
create function bench.approve(
    t uuid, organisation integer, n bigint, step integer, places text[], next_at timestamptz, before bytea, head bytea,
    state bytea, body bytea, answer bytea, reviewer uuid, part text, known integer, shown integer[], holders uuid[],
    prompts bytea[], out owed boolean
) language plpgsql security definer set search_path = public, pg_temp as $$
#variable_conflict use_column
declare
    this constant uuid := bench.item_of(n);
    asked constant uuid := bench.command_of(n, step);
    found_version integer;
    now timestamptz;
    home text;
begin
    select organisation_version, clock_timestamp() + shift into found_version, now
    from tenant where tenant_id = t for share;
    if found_version is distinct from organisation then
        raise 'the organisation is at version %', found_version;
    end if;

    update item set version = step + 1, head = approve.head, state = approve.state, title = item.title, place = places[2],
        next_at = approve.next_at, ended_at = null
    where tenant_id = t and item_id = this and version = step and item.head = before
        and place = places[1] and submitter_id <> reviewer
    returning unit_id into home;
    if not found then
        select version into found_version from item where tenant_id = t and item_id = this;
        raise 'item % is at version %', n, found_version;
    end if;
    if step = 2 then
        select parent_id into home from unit where tenant_id = t and unit_id = home;
    end if;
    if not exists (
        select from position p join person using (tenant_id, person_id)
        where p.tenant_id = t and p.person_id = reviewer and p.unit_id = home and p.role = '审核员'
            and p.since <= now and now < p.until and left_at is null
    ) then
        raise 'the reviewer of item % has no right to it', n;
    end if;
    update command set done_at = now, answer = approve.answer, body = null
    where tenant_id = t and command_id = asked and done_at is null;
    if not found then
        raise 'the command of item % is settled', n;
    end if;
    insert into event (tenant_id, stream_id, version, at, body, leaf) values (t, this, step + 1, now, body, head);
    insert into party (tenant_id, item_id, person_id, part) values (t, this, reviewer, approve.part)
    on conflict (tenant_id, item_id, person_id) do nothing;
    update task set closed_at = now, outcome = 'voted', choice = 'approve', person_id = reviewer, part = approve.part
    where tenant_id = t and item_id = this and task_no = step and task.holder = reviewer and closed_at is null;
    if not found then
        raise 'the task of item % is not the reviewer''s to decide', n;
    end if;
    if cardinality(shown) > 2 then
        -- (`outcome`, not `closed_at`: for that the index of all open tasks would be walked.)
        update task set closed_at = now, outcome = 'cancelled'
        where tenant_id = t and item_id = this and task_no = any (shown) and outcome is null;
    end if;
    insert into task (tenant_id, item_id, task_no, run, place, round, holder, decides, opened_at)
    select t, this, known + place, 0, places[2], 1, holder, true, now
    from unnest(holders) with ordinality h(holder, place);

    insert into owed as kept (tenant_id, chat_id, stream_id, topic, delivery_no, at)
    select t, chat_id, stream_id, topic, delivery_no, now
    from delivery
    where tenant_id = t and stream_id = this and topic = any (shown) and chat_id is not null and dead_at is null
    on conflict (tenant_id, chat_id, stream_id, topic, delivery_no) do update set wanted = kept.wanted + 1;
    owed := found;

    with told as (
        insert into delivery (tenant_id, stream_id, topic, delivery_no, person_id, chat_id, about, urgent, at)
        select t, this, known + place, place, holder, account.chat_id, about, false,
            now + place * interval '1 microsecond'
        from unnest(holders, prompts) with ordinality h(holder, about, place)
        join account on account.tenant_id = t and account.person_id = holder and account.revoked_at is null
        returning stream_id, topic, delivery_no, chat_id, at
    )
    insert into owed (tenant_id, chat_id, stream_id, topic, delivery_no, at)
    select t, chat_id, stream_id, topic, delivery_no, at from told;
    owed := owed or found;
end $$;
revoke execute on function bench.approve from public;
grant execute on function bench.approve to guankou_app;
