#include "ui/probe/probe_layout.h"

#include "ui/models/text.h"

#include <QCoreApplication>
#include <QFontMetrics>
#include <QLocale>

#include <algorithm>

namespace sy {

namespace {

const std::string word_mark = "\xe2\x96\x81";

QString words(const char* text)
{
    return QCoreApplication::translate("sy::ProbePage", text);
}

/// One line of a block: a layer as A or B answered.
struct Row {
    const ProbeAnswer* answer = nullptr;
    bool b = false;
    const ProbeRoute* route = nullptr; ///< null in a dense model
    const ProbeRoute* other = nullptr; ///< the same layer of the other answer, where tokens agree
    QString note;
};

class Builder {
public:
    Builder(const std::vector<ProbedText>& texts, int width, const PictureFonts& fonts, bool numbers)
        : m_texts(texts), m_normal(fonts.normal), m_small(fonts.small), m_strong(fonts.strong), m_numbers(numbers)
    {
        m_out.width = width;
        m_gap = m_normal.height() / 4;
        m_label = labelWidth();
    }

    ProbeLayout build()
    {
        m_y = m_gap;
        for (m_text = 0; m_text < static_cast<int>(m_texts.size()); ++m_text) addText();
        m_out.height = m_y + m_gap;
        return std::move(m_out);
    }

private:
    int labelWidth() const
    {
        int widest = m_small.horizontalAdvance(words("%1 % changed").arg(100));
        bool both = false;
        for (const auto& text : m_texts) {
            both = both || (text.a && text.b);
            for (const auto* answer : {&text.a, &text.b})
                if (*answer)
                    for (const auto& layer : (*answer)->layers)
                        widest = std::max(widest, m_normal.horizontalAdvance(layer));
        }
        return widest + 3 * m_gap + (both ? m_strong.horizontalAdvance(QStringLiteral("M ")) : 0);
    }

    void addLine(PictureLine::Kind kind, const QString& text)
    {
        const auto& metrics = kind == PictureLine::Kind::Heading ? m_strong : m_normal;
        const int width = std::max(m_out.width - 2 * m_gap, 1);
        const QRect room(m_gap, m_y, width, 1 << 20);
        const int height = metrics.boundingRect(room, Qt::TextWordWrap | Qt::AlignLeft, text).height();
        m_out.lines.push_back({kind, text, QRect(m_gap, m_y, width, height)});
        m_y += height + m_gap;
    }

    void addText()
    {
        const auto& text = m_texts[static_cast<size_t>(m_text)];
        if (m_text > 0) m_y += m_normal.height() / 2;
        QStringList heading;
        if (!text.sentence.language.isEmpty()) heading << text.sentence.language;
        if (text.a && !text.b) heading << text.a->source;
        if (text.a && text.b) heading << words("A: %1").arg(text.a->source) << words("B: %1").arg(text.b->source);
        if (!text.a && text.b) heading << words("B: %1").arg(text.b->source);
        if (heading.isEmpty()) heading << text.sentence.text.left(60);
        addLine(PictureLine::Kind::Heading, heading.join(QStringLiteral("  ·  ")));
        if (!text.problem_a.isEmpty()) addLine(PictureLine::Kind::Problem, text.problem_a);
        if (!text.problem_b.isEmpty()) addLine(PictureLine::Kind::Problem, words("B: %1").arg(text.problem_b));
        for (const bool decoder : {false, true}) addStack(text, decoder);
        addPrediction(text);
    }

    void addPrediction(const ProbedText& text)
    {
        const QString a = text.a ? fromUtf8(text.a->probe.prediction) : QString();
        const QString b = text.b ? fromUtf8(text.b->probe.prediction) : QString();
        if (!a.isEmpty() && (b.isEmpty() || a == b))
            addLine(PictureLine::Kind::Prediction, words("Predicted: %1").arg(a));
        if (a == b || b.isEmpty()) return;
        if (!a.isEmpty()) addLine(PictureLine::Kind::Prediction, words("A predicted: %1").arg(a));
        addLine(PictureLine::Kind::Prediction, words("B predicted: %1").arg(b));
    }

    static bool hasRows(const ProbeAnswer& answer, bool decoder)
    {
        // A dense model's encoder tokens are still worth reading.
        return !answer.routesOf(decoder).empty() || (answer.probe.routes.empty() && !decoder);
    }

    void addStack(const ProbedText& text, bool decoder)
    {
        const bool a = text.a && hasRows(*text.a, decoder), b = text.b && hasRows(*text.b, decoder);
        if (a && b && sameTokens(*text.a, *text.b, decoder)) return addBlock(pairedRows(text, decoder), decoder);
        if (a) addBlock(rowsOf(*text.a, false, decoder), decoder);
        if (a && b)
            addLine(PictureLine::Kind::Note,
                    decoder
                        ? words("A and B read other decoder tokens (their own answers): feed both the same target "
                                "to compare them token by token.")
                        : words("A and B cut this text into other tokens: routes cannot be compared token by token."));
        if (b) addBlock(rowsOf(*text.b, true, decoder), decoder);
    }

    static std::vector<Row> rowsOf(const ProbeAnswer& answer, bool b, bool decoder)
    {
        std::vector<Row> rows;
        for (const auto* route : answer.routesOf(decoder)) rows.push_back({&answer, b, route, nullptr, {}});
        if (rows.empty()) rows.push_back({&answer, b, nullptr, nullptr, words("dense: no router")});
        return rows;
    }

    static std::vector<Row> pairedRows(const ProbedText& text, bool decoder)
    {
        std::vector<Row> rows;
        QStringList seen;
        for (auto row : rowsOf(*text.a, false, decoder)) {
            const QString layer = row.route ? text.a->layerName(*row.route) : QString();
            row.other = row.route ? text.b->route(layer) : nullptr;
            rows.push_back(row);
            if (!row.other) continue;
            seen << layer;
            Row below{&*text.b, true, row.other, row.route, {}};
            if (const auto changed = changedRoutes(text, layer); changed && changed->tokens > 0)
                below.note = words("%1 % changed").arg(qRound(100.0 * changed->changed / changed->tokens));
            rows.push_back(below);
        }
        for (const auto& row : rowsOf(*text.b, true, decoder))
            if (!row.route || !seen.contains(text.b->layerName(*row.route))) rows.push_back(row);
        return rows;
    }

    int chipHeight() const { return m_normal.height() + m_gap; }

    std::vector<int> chipWidths(const std::vector<const ProbeToken*>& tokens, int experts) const
    {
        const int number = m_numbers ? m_small.horizontalAdvance(QString::number(std::max(experts - 1, 0))) + m_gap : 0;
        std::vector<int> widths;
        for (const auto* token : tokens) {
            const int text = m_normal.horizontalAdvance(chipText(token->piece));
            widths.push_back(std::max(text, m_normal.averageCharWidth()) + number + 3 * m_gap);
        }
        return widths;
    }

    void addBlock(const std::vector<Row>& rows, bool decoder)
    {
        const auto& answer = *rows.front().answer;
        const auto tokens = answer.tokensOf(decoder);
        const auto widths = chipWidths(tokens, answer.experts);
        QString text;
        for (const auto* token : tokens) text += chipText(token->piece);
        const bool from_right = text.isRightToLeft();
        for (size_t first = 0; first < tokens.size();) {
            size_t last = first;
            const int room = m_out.width - m_label - m_gap;
            for (int used = 0; last < tokens.size() && (last == first || used + widths[last] <= room); ++last)
                used += widths[last] + m_gap / 2;
            addBand(rows, widths, first, last, from_right);
            first = last;
        }
        m_y += m_gap;
    }

    void addBand(const std::vector<Row>& rows, const std::vector<int>& widths, size_t first, size_t last,
                 bool from_right)
    {
        ChipBand band{QRect(0, m_y, m_out.width, 0), m_out.chips.size(), 0};
        for (size_t r = 0; r < rows.size(); ++r) {
            addLabel(rows[r], first == 0);
            int x = from_right ? m_out.width - m_gap : m_label;
            for (size_t t = first; t < last; ++t) {
                if (from_right) x -= widths[t];
                addChip(rows[r], static_cast<int>(r), static_cast<int>(t), QRect(x, m_y, widths[t], chipHeight()));
                x += from_right ? -m_gap / 2 : widths[t] + m_gap / 2;
            }
            const bool pair_goes_on = r + 1 < rows.size() && rows[r + 1].b && rows[r].other == rows[r + 1].route;
            m_y += chipHeight() + (pair_goes_on && rows[r].route ? 1 : m_gap);
        }
        band.rect.setBottom(m_y);
        band.last = m_out.chips.size();
        m_out.bands.push_back(band);
        m_y += m_gap;
    }

    void addLabel(const Row& row, bool first_band)
    {
        RowLabel label{m_text,
                       row.b,
                       row.route ? row.answer->layerName(*row.route) : QString(),
                       row.note,
                       QRect(m_gap, m_y, m_label - 2 * m_gap, chipHeight()),
                       {}};
        const int bar = std::max(3, m_normal.height() / 5);
        if (first_band && row.route) label.bar = QRect(m_gap, m_y + chipHeight() - bar, m_label - 2 * m_gap, bar);
        m_out.labels.push_back(label);
    }

    void addChip(const Row& row, int number, int token, const QRect& rect)
    {
        ChipPlace chip;
        chip.text = m_text;
        chip.b = row.b;
        chip.decoder = row.route && row.answer->isDecoder(*row.route);
        chip.row = number;
        chip.layer = row.route ? row.answer->layerName(*row.route) : QString();
        chip.token = token;
        const auto t = static_cast<size_t>(token);
        chip.changed = row.route && row.other && t < row.route->expert.size() && t < row.other->expert.size() &&
                       row.route->expert[t] != row.other->expert[t];
        chip.rect = rect;
        m_out.chips.push_back(chip);
    }

    const std::vector<ProbedText>& m_texts;
    QFontMetrics m_normal, m_small, m_strong;
    bool m_numbers;
    int m_gap = 0, m_label = 0, m_y = 0, m_text = 0;
    ProbeLayout m_out;
};

} // namespace

PictureFonts::PictureFonts(const QFont& font) : normal(font), small(font), strong(font)
{
    small.setPointSizeF(font.pointSizeF() * 0.8);
    strong.setBold(true);
}

const ChipPlace* ProbeLayout::at(const QPoint& position) const
{
    for (const auto& band : bands) {
        if (!band.rect.contains(position)) continue;
        for (size_t i = band.first; i < band.last; ++i)
            if (chips[i].rect.contains(position)) return &chips[i];
    }
    return nullptr;
}

bool startsWord(const std::string& piece)
{
    return piece.starts_with(word_mark);
}

QString chipText(const std::string& piece)
{
    constexpr std::string_view sentinel = "<extra_id_";
    if (piece.starts_with(sentinel) && piece.ends_with(">"))
        return QStringLiteral("‹%1›").arg(fromUtf8(piece.substr(sentinel.size(), piece.size() - sentinel.size() - 1)));
    QString text = fromUtf8(startsWord(piece) ? piece.substr(word_mark.size()) : piece);
    text.replace(QStringLiteral("▁"), QStringLiteral("␣"));
    return text;
}

ProbeLayout layOutProbe(const std::vector<ProbedText>& texts, int width, const PictureFonts& fonts, bool numbers)
{
    return Builder(texts, width, fonts, numbers).build();
}

} // namespace sy
