use super::*;

#[test]
fn rows_by_hand_are_those_of_a_file() {
    let model = model(LATE);
    let mut reader = Reader::new(&model);
    reader.row(&[("type", "late"), ("id", "a"), ("at", "2024-03-05T08:37"), ("staff", "li"), ("minutes", "7"), ("note", "")]).unwrap();
    reader.row(&[("type", "late"), ("at", "2024-03-05"), ("staff", "li"), ("minutes", "9 times"), ("note", "x"), ("retracts", "a")]).unwrap();
    reader.row(&[("type", "leave"), ("at", "2024-03-05")]).unwrap();
    let by_hand = reader.finish(Cut::default());
    let file = "type,id,at,staff,minutes,note,retracts\nlate,a,2024-03-05T08:37,li,7,,\nlate,L2,2024-03-05,li,9 times,x,a\nleave,,2024-03-05,,,,\n";
    let from_file = read(&model, Format::Csv, file);
    assert_eq!((listing(&by_hand.records), &by_hand.counts), (listing(&from_file.records), &from_file.counts));
    assert_eq!(by_hand.events_digest, from_file.events_digest);
    assert_eq!((by_hand.counts.retracted, by_hand.counts.retracting), (1, 1));
}

#[test]
fn a_bad_row_is_told_at_once_and_in_the_end() {
    let model = model(LATE);
    let mut reader = Reader::new(&model);
    let told = [
        reader.row(&[("type", "late"), ("type", "late"), ("at", "2024-03-05")]).unwrap_err(),
        reader.row(&[("id", "b"), ("at", "2024-03-05")]).unwrap_err(),
        reader.row(&[("type", "late"), ("id", "c"), ("at", "2024-03-05"), ("minutes", "700")]).unwrap_err(),
    ];
    assert_eq!(told.each_ref().map(|rejection| (rejection.code, rejection.origin.line)), [("duplicate-key", 1), ("missing-type", 2), ("out-of-range", 3)]);
    assert_eq!(told[2].to_string(), "<row>:3: `700` in `minutes` is above 600, the highest the policy declares");
    let records = reader.finish(Cut::default());
    assert_eq!(records.rejections, told);
    assert_eq!((records.counts.read, records.counts.rejected), (3, 3));
}
