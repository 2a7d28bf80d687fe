//! One macro call makes every test of the suite a test of the backend.

/// Makes the suite's tests for a [`Harness`](crate::suite::Harness). Needs `tokio` with `macros` and `rt-multi-thread`.
#[macro_export]
macro_rules! contract_tests {
    ($harness:ty) => {
        $crate::contract_tests! { @topics $harness;
            records {
                insert_reads_back_whole, an_update_raises_the_version_and_keeps_the_creation,
                an_update_of_a_stale_version_changes_nothing, an_update_without_an_expected_version_is_refused,
                a_touch_changes_version_and_time_only, what_is_not_there_is_none_and_no_error,
                a_snapshot_does_not_move, one_of_many_updates_of_one_version_wins, commits_survive_a_restart,
            }
            keys {
                a_unique_key_has_one_holder, of_many_creations_of_one_name_one_wins,
                a_name_is_free_again_when_it_changes, keys_find_records_oldest_first,
                other_kinds_and_tenants_have_their_own_names, names_of_one_commit_collide_too,
                a_key_goes_whatever_it_was_made_as, external_ids_belong_to_their_connection,
                long_keys_are_told_apart,
            }
            filters {
                storage_and_evaluator_agree, orders_agree_with_the_sort_keys,
                literals_and_missing_values_mean_what_they_say,
            }
            atomic {
                a_conflict_leaves_nothing, a_conflict_harms_no_neighbour, preconditions_come_first,
                versions_come_back_in_order, a_tenant_that_is_gone_takes_no_writes,
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
