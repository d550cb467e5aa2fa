//! Curves as SVG, written by hand: small, and without a library for it.

use std::fmt::Write;

/// One panel: a title, what its axes say, whether the lower one grows tenfold from mark to mark, and its curves.
pub struct Panel {
    pub title: &'static str,
    pub x: &'static str,
    pub y: &'static str,
    pub tenfold: bool,
    pub curves: Vec<Curve>,
}

/// A name and its points.
pub struct Curve {
    pub name: String,
    pub points: Vec<(f64, f64)>,
}

/// Size of a panel, and the room around its curves.
const WIDTH: f64 = 420.0;
const HEIGHT: f64 = 260.0;
const LEFT: f64 = 52.0;
const RIGHT: f64 = 20.0;
const TOP: f64 = 34.0;
const BOTTOM: f64 = 44.0;
const COLOURS: [&str; 3] = ["#1f5fa8", "#b5532a", "#3f7d4e"];

/// All panels, two beside each other.
pub fn svg(panels: &[Panel]) -> String {
    let (width, height) = (WIDTH * 2.0, HEIGHT * panels.len().div_ceil(2) as f64);
    let mut out = format!("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" font-family=\"sans-serif\" font-size=\"12\">\n<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n");
    for (at, panel) in panels.iter().enumerate() {
        writeln!(out, "<g transform=\"translate({} {})\">", WIDTH * (at % 2) as f64, HEIGHT * (at / 2) as f64).unwrap();
        draw(panel, &mut out);
        out.push_str("</g>\n");
    }
    out + "</svg>\n"
}

fn draw(panel: &Panel, out: &mut String) {
    let all = || panel.curves.iter().flat_map(|curve| &curve.points);
    let along = |x: f64| if panel.tenfold { x.log10() } else { x };
    let (least, most) = all().fold((f64::MAX, f64::MIN), |(least, most), (x, _)| (least.min(along(*x)), most.max(along(*x))));
    let step = nice(all().fold(0.0_f64, |most, (_, y)| most.max(*y)) / 4.0);
    let highest = (all().fold(0.0_f64, |most, (_, y)| most.max(*y)) / step).ceil() * step;
    let place_x = |x: f64| LEFT + (along(x) - least) / (most - least).max(1e-9) * (WIDTH - LEFT - RIGHT);
    let place_y = |y: f64| HEIGHT - BOTTOM - y / highest * (HEIGHT - TOP - BOTTOM);
    writeln!(out, "<text x=\"{LEFT}\" y=\"18\" font-weight=\"bold\">{}</text>", panel.title).unwrap();
    let mut y = 0.0;
    while y <= highest + step / 2.0 {
        let at = place_y(y);
        writeln!(out, "<line x1=\"{LEFT}\" x2=\"{}\" y1=\"{at:.1}\" y2=\"{at:.1}\" stroke=\"#ddd\"/><text x=\"{}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>", WIDTH - RIGHT, LEFT - 6.0, at + 4.0, number(y)).unwrap();
        y += step;
    }
    let mut marks: Vec<f64> = all().map(|(x, _)| *x).filter(|x| !panel.tenfold || along(*x).fract().abs() < 1e-9).collect();
    marks.sort_by(f64::total_cmp);
    marks.dedup();
    for x in marks {
        writeln!(out, "<text x=\"{:.1}\" y=\"{}\" text-anchor=\"middle\">{}</text>", place_x(x), HEIGHT - BOTTOM + 16.0, number(x)).unwrap();
    }
    writeln!(out, "<text x=\"{}\" y=\"{}\" text-anchor=\"middle\" fill=\"#555\">{}</text>", (WIDTH + LEFT - RIGHT) / 2.0, HEIGHT - 10.0, panel.x).unwrap();
    writeln!(out, "<text x=\"{}\" y=\"18\" text-anchor=\"end\" fill=\"#555\">{}</text>", WIDTH - RIGHT, panel.y).unwrap();
    for (at, (curve, colour)) in panel.curves.iter().zip(COLOURS).enumerate() {
        let points: Vec<String> = curve.points.iter().map(|(x, y)| format!("{:.1},{:.1}", place_x(*x), place_y(*y))).collect();
        writeln!(out, "<polyline points=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"/>", points.join(" ")).unwrap();
        for (x, y) in &curve.points {
            writeln!(out, "<circle cx=\"{:.1}\" cy=\"{:.1}\" r=\"3\" fill=\"{colour}\"/>", place_x(*x), place_y(*y)).unwrap();
        }
        if panel.curves.len() > 1 {
            writeln!(out, "<text x=\"{}\" y=\"{}\" fill=\"{colour}\">{}</text>", LEFT + 10.0, TOP + 14.0 * (at as f64 + 1.0), curve.name).unwrap();
        }
    }
}

/// One, two or five times a power of ten, not less than this.
fn nice(step: f64) -> f64 {
    let ten = 10_f64.powf(step.max(1e-9).log10().floor());
    [1.0, 2.0, 5.0, 10.0].into_iter().map(|times| times * ten).find(|nice| *nice >= step).unwrap_or(ten * 10.0)
}

/// As short as it can be said.
pub fn number(value: f64) -> String {
    if value >= 1e6 && (value / 1e6).fract() == 0.0 {
        format!("{} M", value / 1e6)
    } else if value >= 1e3 && (value / 1e3).fract() == 0.0 {
        format!("{},000", value / 1e3)
    } else {
        let text = format!("{value:.2}");
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    }
}
