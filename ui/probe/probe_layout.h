// Where everything of the probe's picture stands.
#pragma once

#include "ui/probe/probe_answers.h"

#include <QFont>
#include <QRect>
#include <QString>

#include <vector>

namespace sy {

/// One token in one layer.
struct ChipPlace {
    int text = -1;
    bool b = false; ///< of B's answer
    bool decoder = false;
    int row = -1;   ///< counts the rows of its block from the top; the same token stands above and below
    QString layer;  ///< empty in a dense model
    int token = -1; ///< in its stack
    bool changed = false;
    QRect rect;

    bool isValid() const { return text >= 0; }
    bool sameToken(const ChipPlace& other) const
    {
        return text == other.text && decoder == other.decoder && token == other.token;
    }
};

/// A line's name on the left, with the shares of its tokens per expert below it.
struct RowLabel {
    int text = -1;
    bool b = false;
    QString layer, note; ///< note: "12 % changed"
    QRect rect, bar;     ///< bar: empty on continued lines
};

struct PictureLine {
    enum class Kind { Heading, Note, Problem, Prediction };
    Kind kind = Kind::Note;
    QString text;
    QRect rect;
};

/// A block of rows that are aligned: tokens that fit into one width.
struct ChipBand {
    QRect rect;
    size_t first = 0, last = 0; ///< chips [first, last)
};

struct ProbeLayout {
    std::vector<ChipPlace> chips;
    std::vector<RowLabel> labels;
    std::vector<PictureLine> lines;
    std::vector<ChipBand> bands;
    int height = 0, width = 0;

    const ChipPlace* at(const QPoint& position) const;
};

struct PictureFonts {
    QFont normal, small, strong;
    explicit PictureFonts(const QFont& font);
};

/// Lines of words wrap at `width`. Blocks of text that is read from the right run from the right.
ProbeLayout layOutProbe(const std::vector<ProbedText>& texts, int width, const PictureFonts& fonts, bool numbers);

/// What a chip says: without the mark of a word's start (drawn), sentinels short ("<extra_id_3>" as "‹3›").
QString chipText(const std::string& piece);
bool startsWord(const std::string& piece);

} // namespace sy
