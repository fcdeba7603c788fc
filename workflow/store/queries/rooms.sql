-- The groups that are the organisation's rooms.

-- name: bound_rooms
select name, chat_id from room where tenant_id = $1

-- name: share_chats
-- Others read along in these.
update chat set private = false where tenant_id = $1 and chat_id = any ($2) and private
