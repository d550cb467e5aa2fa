//! The records: a year of working days, most people careful, one in eight careless.

use std::io::Write;

/// SplitMix64.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: u64) -> u64 {
        ((self.next() >> 32) * n) >> 32
    }
}

fn careless(person: u64) -> bool {
    person.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 61 == 0
}

/// Writes so many records of so many people.
pub fn make(events: u64, persons: u64, file: &str) {
    let mut out = std::io::BufWriter::with_capacity(1 << 20, std::fs::File::create(file).unwrap());
    let mut random = Random(20_240_101);
    let first = chrono::NaiveDate::from_ymd_opt(2024, 1, 1).unwrap();
    let days: Vec<_> = first.iter_days().take(366).filter(|day| chrono::Datelike::weekday(day).number_from_monday() <= 5).collect();
    let (count, mut id) = (days.len() as u64, 0_u64);
    for (at, day) in days.iter().enumerate() {
        let at = at as u64;
        let here = events * (at + 1) / count - events * at / count;
        for one in 0..here {
            let second = 8 * 3600 + one * 36_000 / here;
            id += 1;
            let mut person = random.below(persons);
            if random.below(4) == 0 && !careless(person) {
                for _ in 0..8 {
                    let other = random.below(persons);
                    if careless(other) {
                        person = other;
                        break;
                    }
                }
            }
            let time = format!("{day}T{:02}:{:02}:{:02}", second / 3600, second / 60 % 60, second % 60);
            let about = |kind: &str| format!(r#"{{"id":{id},"type":"{kind}","person":"p{person:05}","at":"{time}""#);
            match random.below(100) {
                0..68 => {
                    let late = if random.below(100) < if careless(person) { 45 } else { 8 } { 1 + random.below(60) } else { 0 };
                    writeln!(out, r#"{},"late_minutes":{late}}}"#, about("sign_in"))
                }
                68..78 => writeln!(out, "{}}}", about("early_leave")),
                78..82 => writeln!(out, "{}}}", about("absence_day")),
                82..90 => {
                    let days = 1 + random.below(6);
                    let kind = ["personal", "sick", "annual"][random.below(3) as usize];
                    let rank = ["staff", "section_member", "section_chief", "deputy_director"][(person % 16 / 5) as usize];
                    let approved = [r#""office_director""#, r#""chief""#, r#""office_director","chief""#, "", r#""office_director","deputy_chief""#][random.below(5) as usize];
                    writeln!(out, r#"{},"days":{days},"kind":"{kind}","rank":"{rank}","approved_by":[{approved}]}}"#, about("leave_request"))
                }
                _ => {
                    let words = 200 + random.below(4000);
                    let adopted = ["none", "none", "county", "province"][random.below(4) as usize];
                    let form = if random.below(3) == 0 { "info" } else { "article" };
                    writeln!(out, r#"{},"words":{words},"adopted_by":"{adopted}","form":"{form}"}}"#, about("article"))
                }
            }
            .unwrap();
        }
    }
    out.flush().unwrap();
}
