//! One macro call makes every test of the suite a test of the backend.

/// Makes the suite's tests for a [`Harness`](crate::suite::Harness). Needs `tokio` with `macros` and `rt-multi-thread`.
#[macro_export]
macro_rules! contract_tests {
    ($harness:ty) => {
        $crate::contract_tests! { @topics $harness;
            alarms {
                an_alarm_is_raised_once,
                of_many_who_raise_one_alarm_one_does,
                alarms_are_found_by_time_and_forgotten,
                alarms_end_with_what_settles_them,
            }
            api {
                api_keys_are_found_by_digest,
                keys_and_links_go_with_their_tenant,
                setup_links_are_found_by_digest,
                a_named_request_is_claimed_once,
                a_named_request_is_settled_by_whoever_began_it,
            }
            atomic {
                a_conflict_leaves_nothing,
                a_conflict_is_told_before_a_failure,
                a_conflict_harms_no_neighbour,
                preconditions_come_first,
                versions_come_back_in_order,
                a_tenant_that_is_gone_takes_no_writes,
            }
            console {
                a_login_link_opens_once,
                a_console_session_changes_its_digest_once,
                what_opened_the_console_is_dropped_in_time,
            }
            counters {
                counters_equal_recounts,
                only_learners_count_as_inactive_or_managed,
                counters_survive_conflicts,
            }
            events {
                events_read_back_whole,
                positions_are_dense_in_commit_order,
                the_feed_is_filtered_and_paged,
                positions_go_on_after_a_restart,
            }
            feed {
                a_trimmed_feed_says_how_far,
                positions_stay_given_when_no_event_is_left,
                a_newer_event_keeps_those_after_it,
                held_subjects_are_known,
            }
            filters {
                storage_and_evaluator_agree,
                orders_agree_with_the_sort_keys,
                literals_and_missing_values_mean_what_they_say,
            }
            guard {
                events_are_held_beyond_floor_and_share,
                at_once_no_more_pass_than_in_turn,
                a_conflict_is_not_counted,
                the_floor_protects_small_connections,
                a_day_later_the_count_is_forgotten,
                the_share_is_of_those_before_the_window,
                order_per_subject_survives,
                release_and_drop_go_up_to_a_sequence,
                held_events_page_and_survive,
            }
            isolation {
                every_read_of_another_tenant_sees_nothing,
                writes_of_another_tenant_touch_nothing,
            }
            keys {
                a_unique_key_has_one_holder,
                of_many_creations_of_one_name_one_wins,
                a_name_is_free_again_when_it_changes,
                keys_find_records_oldest_first,
                other_kinds_and_tenants_have_their_own_names,
                names_of_one_commit_collide_too,
                a_key_goes_whatever_it_was_made_as,
                external_ids_belong_to_their_connection,
                long_keys_are_told_apart,
            }
            log {
                log_entries_read_back_whole,
                the_log_is_filtered_and_paged,
                refusals_are_counted_by_minute,
                the_ring_keeps_the_latest_reads,
                traffic_adds_up,
            }
            members {
                members_join_and_leave_once,
                only_the_living_are_members,
                members_page_by_id_with_present_names,
                groups_are_found_through_groups,
                a_glance_shows_what_a_read_shows,
            }
            paging {
                offsets_cut_the_whole,
                positions_walk_both_ways,
                a_walk_meets_the_untouched_once,
                a_long_scan_is_given_up,
                totals_are_counted_when_asked_or_cheap,
            }
            records {
                insert_reads_back_whole,
                an_update_raises_the_version_and_keeps_the_creation,
                an_update_of_a_stale_version_changes_nothing,
                an_update_without_an_expected_version_is_refused,
                a_touch_changes_version_and_time_only,
                what_is_not_there_is_none_and_no_error,
                a_snapshot_does_not_move,
                one_of_many_updates_of_one_version_wins,
                commits_survive_a_restart,
            }
            removal {
                a_removed_record_is_a_tombstone,
                tombstones_are_found_by_key_and_by_time,
                memberships_go_and_come_back,
                a_removed_group_leaves_its_members_alone,
                restore_brings_back_under_the_next_version,
                a_purge_leaves_id_and_time_only,
                what_was_written_down_is_written_anew,
                what_is_due_for_purging_is_found,
            }
            settings {
                connections_are_made_and_changed,
                tokens_are_found_by_digest,
                settings_raise_the_revision,
                jobs_move_on_and_are_found,
                a_job_that_stands_still_goes_to_one_of_those_who_claim_it,
            }
            tenants {
                tenants_are_made_and_listed,
                a_deleted_tenant_leaves_nothing,
                a_deletion_that_is_cut_short_is_finished,
                health_tells_the_schema_version,
                a_closed_store_takes_nothing,
            }
            webhooks {
                webhooks_are_made_changed_and_removed,
                webhooks_with_something_to_do_are_claimed,
                only_the_holder_settles_a_webhook,
                each_webhook_is_claimed_once,
                webhooks_go_with_their_tenant,
            }
        }
    };
    (@topics $harness:ty; $($topic:ident { $($test:ident),* $(,)? })*) => {
        $(
            mod $topic {
                use super::*;
                $(
                    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                    async fn $test() {
                        $crate::suite::$topic::$test($crate::suite::World::<$harness>::open().await).await;
                    }
                )*
            }
        )*
    };
}

/// Makes the tests of moves for a backend that [`Moves`](crate::suite::transfer::Moves).
#[macro_export]
macro_rules! transfer_tests {
    ($harness:ty) => {
        $crate::contract_tests! { @topics $harness;
            transfer {
                a_directory_moves_whole,
                a_move_that_is_cut_short_harms_nobody,
                what_was_left_takes_nothing,
                where_something_is_nothing_is_moved_to,
                who_writes_meanwhile_waits,
            }
        }
    };
}
