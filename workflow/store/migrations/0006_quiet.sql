-- Quiet: what may wait because its reader sleeps or wants no more of it now, and what stands for many prompts at once.

alter table person add column muted_until timestamptz;

-- What may wait: a first message that somebody is sent without having asked. Never what is urgent, an edit (it makes no
-- sound), the card of what one just handed in (topic 0), or an answer in the chat itself.
alter table delivery add column waits boolean not null generated always as (
    message_ref is null and not urgent and topic <> 0 and (person_id is not null or topic = -1 and stream_id <> chat_id)
) stored;

-- Which delivery of the chat's own stream stands for this prompt, that was never sent by itself.
alter table delivery add column digest bigint;

-- Until when a tenant's quiet hours last that hold now; null outside of them. They may go over midnight.
create function quiet_until(t uuid, began time, ended time) returns timestamptz language plpgsql stable as $$
begin
    return (
        select (here::date + ended + case when here::time >= ended then interval '1 day' else interval '0' end)
            at time zone time_zone
        from (
            select (clock_timestamp() + shift) at time zone time_zone as here, time_zone
            from tenant where tenant.tenant_id = t
        ) place
        where case when began < ended then here::time >= began and here::time < ended
            else here::time >= began or here::time < ended end
    );
end $$;
