//! Systems by hand.

use super::*;
use proptest::prelude::*;

fn whole(n: i64) -> Number {
    Number::whole(n)
}

fn at(n: i64, open: bool) -> Option<Bound> {
    Some(Bound { at: whole(n), open })
}

fn answer(system: System) -> Answer {
    system.solve(&mut 10_000)
}

#[test]
fn fractions_fit_where_whole_numbers_do_not() {
    // 1 < x < 2, and x + y = 3 with y ≤ 2.
    for (step, never) in [(None, false), (Some(whole(1)), true)] {
        let mut system = System::default();
        let x = system.variable(step, at(1, true), at(2, true)).unwrap();
        let y = system.variable(step, None, at(2, false)).unwrap();
        system.sum(&[(x, whole(1)), (y, whole(1))], at(3, false), at(3, false)).unwrap();
        assert_eq!(answer(system) == Answer::Never, never);
    }
}

#[test]
fn what_all_terms_have_in_common_decides_at_once() {
    // 2x − 2y = 1 has no whole solution, however far one looks.
    let mut system = System::default();
    let x = system.variable(Some(whole(1)), None, None).unwrap();
    let y = system.variable(Some(whole(1)), None, None).unwrap();
    system.sum(&[(x, whole(2)), (y, whole(-2))], at(1, false), at(1, false)).unwrap();
    assert_eq!(answer(system), Answer::Never);
}

#[test]
fn steps_run_out_aloud() {
    let mut system = System::default();
    let x = system.variable(Some(whole(1)), at(0, false), None).unwrap();
    let y = system.variable(Some(whole(1)), at(0, false), None).unwrap();
    system.sum(&[(x, whole(3)), (y, whole(5))], at(7, false), at(7, false)).unwrap();
    assert_eq!(system.clone().solve(&mut 1), Answer::NotDecided);
    assert_eq!(answer(system), Answer::Never);
}

type Sum = (Vec<i64>, i64, bool, i64, bool);

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]
    #[test]
    fn agrees_with_trying_all_values(halves in any::<bool>(), sums in prop::collection::vec((prop::collection::vec(-3_i64..=3, 3), -6_i64..=6, any::<bool>(), 0_i64..4, any::<bool>()), 1..5)) {
        let step = if halves { whole(1).over(whole(2)).unwrap() } else { whole(1) };
        let mut system = System::default();
        for _ in 0..3 {
            system.variable(Some(step), at(-2, false), at(3, true)).unwrap();
        }
        for (factors, low, open, more, closed) in &sums {
            let terms: Vec<_> = factors.iter().enumerate().map(|(at, by)| (at, whole(*by))).collect();
            system.sum(&terms, at(*low, *open), at(low + more, !closed)).unwrap();
        }
        let fits = |point: &[Number], (factors, low, open, more, closed): &Sum| {
            let sum = factors.iter().zip(point).fold(Number::ZERO, |sum, (by, value)| sum.plus(value.times(whole(*by)).unwrap()).unwrap());
            let (low, high) = (whole(*low), whole(low + more));
            (if *open { low < sum } else { low <= sum }) && (if *closed { sum <= high } else { sum < high })
        };
        let values: Vec<Number> = (-4..6).map(|n| whole(n).over(whole(2)).unwrap()).filter(|value| value.over(step).unwrap().as_whole().is_some()).collect();
        let any = values.iter().any(|x| values.iter().any(|y| values.iter().any(|z| sums.iter().all(|sum| fits(&[*x, *y, *z], sum)))));
        match answer(system) {
            Answer::Point(point) => {
                prop_assert!(any && sums.iter().all(|sum| fits(&point, sum)));
                prop_assert!(point.iter().all(|value| values.contains(value)));
            }
            Answer::Never => prop_assert!(!any),
            Answer::NotDecided => prop_assert!(false, "not decided"),
        }
    }
}
