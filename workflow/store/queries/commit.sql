-- The one statement that writes decisions; it is explained in migrations/0002_commit.sql and 0008_language.sql.

-- name: commit_decisions
select * from commit_decisions(
    $1, $2, $3::commit_item[], $4::commit_begun[], $5::commit_stream[], $6::commit_settled[], $7::commit_order[],
    $8::commit_dialogue[], $9::commit_event[], $10::commit_task[], $11::commit_delivery[], $12,
    $13::commit_bump[], $14::commit_turn[], $15::commit_counter[], $16::commit_content[],
    $17::commit_file[], $18::commit_guard[], $19::commit_answer[], $20::commit_window[], $21::commit_merge[],
    $22::commit_list[]
)
