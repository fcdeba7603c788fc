-- The one statement that writes decisions; it is explained in migrations/0002_commit.sql, 0008_language.sql and 0009_quick.sql.

-- name: commit_decisions
select * from commit_decisions(
    $1, $2, $3, $4::commit_item[], $5::commit_begun[], $6::commit_stream[], $7::commit_settled[], $8::commit_order[],
    $9::commit_dialogue[], $10::commit_event[], $11::commit_line[], $12::commit_delivery[], $13, $14,
    $15::commit_bump[], $16::commit_turn[], $17::commit_counter[], $18::commit_content[],
    $19::commit_file[], $20::commit_guard[], $21::commit_answer[], $22::commit_window[], $23::commit_merge[],
    $24::commit_list[], $25
)
