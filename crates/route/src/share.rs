//! Whole shares of a total, by largest remainder.

use std::cmp::Reverse;

/// Splits `total` in proportion to the amounts. The shares sum to exactly `total` and each is
/// within one of its exact part; of equal remainders the earlier one is rounded up. All zero if
/// the amounts are.
pub fn apportion(amounts: &[u64], total: u32) -> Vec<u32> {
    let sum: u128 = amounts.iter().copied().map(u128::from).sum();
    if sum == 0 {
        return vec![0; amounts.len()];
    }
    let parts = amounts.iter().map(|amount| u128::from(*amount) * u128::from(total));
    let mut shares: Vec<(u32, u128)> = parts.map(|part| (whole(part / sum), part % sum)).collect();
    let left = total - shares.iter().map(|(share, _)| share).sum::<u32>();
    let mut by_remainder: Vec<_> = shares.iter_mut().collect();
    by_remainder.sort_by_key(|(_, remainder)| Reverse(*remainder));
    for ((share, _), _) in by_remainder.into_iter().zip(0..left) {
        *share += 1;
    }
    shares.into_iter().map(|(share, _)| share).collect()
}

fn whole(share: u128) -> u32 {
    u32::try_from(share).expect("a share is at most the total")
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::{any, prop_assert, prop_assert_eq, proptest};

    use super::apportion;

    #[test]
    fn three_equal_parts_of_a_hundred() {
        assert_eq!(apportion(&[7, 7, 7], 100), [34, 33, 33]);
        assert_eq!(apportion(&[1, 2], 65_536), [21_845, 43_691]);
        assert_eq!(apportion(&[0, 0], 100), [0, 0]);
        assert!(apportion(&[], 100).is_empty());
    }

    proptest! {
        #[test]
        fn shares_sum_to_the_total_and_none_is_off_by_one(
            amounts in vec(any::<u64>(), 1..20),
            total in any::<u32>(),
        ) {
            let sum: u128 = amounts.iter().copied().map(u128::from).sum();
            let shares = apportion(&amounts, total);
            if sum > 0 {
                prop_assert_eq!(shares.iter().sum::<u32>(), total);
                for (share, amount) in shares.iter().zip(amounts) {
                    let share = u128::from(*share);
                    let part = u128::from(amount) * u128::from(total);
                    prop_assert!(share * sum < part + sum && part < (share + 1) * sum);
                }
            }
        }
    }
}
