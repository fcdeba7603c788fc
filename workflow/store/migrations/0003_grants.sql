-- What the application's role may do. It owns nothing; the log it may only read and add to.

grant usage on schema public to guankou_app;
grant select on all tables in schema public to guankou_app;
grant insert on event to guankou_app;
grant insert, update on
    tenant, organisation, person, flow_version, flow_current, bot, chat, account, link_code, dialogue,
    command, item, party, task, counter, stream, delivery, owed, file, item_file
    to guankou_app;
grant insert, update, delete on unit, position, roster, calendar_day, room, content, file_part to guankou_app;
grant delete on owed, link_code, file to guankou_app;
