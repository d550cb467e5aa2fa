//! Whatever stands in a file, reading it ends and every row is accounted for.

use super::*;
use proptest::prelude::*;

pub(in crate::records) fn pieces() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        prop::collection::vec(any::<u8>(), 0..6),
        prop::sample::select(
            &[
                "{", "}", "\"", ",", ":", "\n", "\r\n", "[", "]", "type", "late", "id", "at", "staff", "minutes", "2024-03-05", "T08:30", "null", "1e9",
                "\"type\":\"late\"", "\"at\":\"2024-03-05\"", "supersedes", "retracts", "revision", "<log>", "<trace>", "<event>", "</event>", "</trace>", "</log>",
                "<string key=\"type\" value=\"late\"/>", "<date key=\"at\" value=\"2024-03-05\"/>", "&amp;", "<!--", "-->", "\u{feff}", "迟到",
                "type,id,at,staff,minutes\n", "late,a,2024-03-05,li,3\n", "{\"type\":\"late\",\"id\":\"a\",\"at\":\"2024-03-05\",\"supersedes\":\"a\"}\n",
            ][..]
        )
        .prop_map(|text| text.as_bytes().to_vec()),
    ];
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn nothing_panics_and_nothing_is_lost(text in pieces(), limit in 8_usize..200) {
        let model = model(LATE);
        for format in [Format::Jsonl, Format::Csv, Format::Xes] {
            let mut reader = Reader::new(&model);
            reader.line_limit(limit);
            let events = reader.events("f", None, format, &mut &text[..]);
            let register = reader.register("staff", "s", format, &mut &text[..]);
            for stop in [events, register].into_iter().filter_map(Result::err) {
                prop_assert!(crate::diagnostics::codes::page(stop.code).is_some(), "{stop:?}");
            }
            let records = reader.finish(Cut::default());
            for rejection in records.rejections.iter().chain(&records.warnings) {
                prop_assert!(crate::diagnostics::codes::page(rejection.code).is_some() && rejection.origin.line > 0, "{rejection:?}");
            }
            let counts = records.counts;
            let fates = counts.used + counts.rejected + counts.repeated + counts.superseded + counts.retracted + counts.retracting + counts.after_cut;
            prop_assert_eq!(counts.read, fates + counts.ignored.values().sum::<u64>());
        }
    }
}
