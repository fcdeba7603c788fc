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
