// The probe's picture: tokens as chips in the colours of their experts, a line per sparse layer.
#pragma once

#include "ui/probe/probe_layout.h"

#include <QWidget>

class QPainter;

namespace sy {

class TokenCard;

class ProbePicture : public QWidget {
    Q_OBJECT

public:
    explicit ProbePicture(QWidget* parent = nullptr);
    ~ProbePicture() override;

    void setTexts(std::vector<ProbedText> texts); ///< cursor and choice stay where the same place is there
    const std::vector<ProbedText>& texts() const { return m_texts; }
    const ProbeLayout& layout() const { return m_layout; }
    void setShaded(bool by_probability); ///< the paler, the less probable
    void setNumbers(bool shown);         ///< experts' numbers in the chips
    void setExpert(int expert);          ///< others are dimmed; -1 = none
    void setLayer(const QString& layer); ///< its name is marked
    /// The token whose path is shown; invalid = none.
    const ChipPlace& chosen() const { return m_chosen; }
    void clearChosen();

    QByteArray toPng(int width, double scale = 2) const;
    QByteArray toSvg(int width) const;
    QByteArray toCsv() const; ///< a line per token, layer and answer
    QByteArray toJson() const;

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;
    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override;

    /// What is drawn of a chip, for a test and for people who cannot see it.
    QString chipDescription(const ChipPlace& chip) const;

Q_SIGNALS:
    void tokenChosen(const sy::ChipPlace& chip); ///< invalid: the choice was cleared
    void chipHovered(const sy::ChipPlace& chip);

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    bool event(QEvent* event) override;

private:
    void relayOut();
    void paint(QPainter& painter, const ProbeLayout& layout, const QRect& area, bool marks) const;
    void paintLine(QPainter& painter, const PictureLine& line) const;
    void paintLabel(QPainter& painter, const RowLabel& label) const;
    void paintChip(QPainter& painter, const ChipPlace& chip, bool marks) const;
    void paintChipText(QPainter& painter, const ChipPlace& chip, const ProbeToken& token, const QColor& ink) const;
    const ProbeAnswer* answerOf(const ChipPlace& chip) const;
    const ProbeRoute* routeOf(const ChipPlace& chip) const;
    const ProbeToken* tokenOf(const ChipPlace& chip) const;
    void hover(const ChipPlace* chip, bool by_keys);
    void choose(const ChipPlace& chip);
    void move(int columns, int rows);
    QString labelText(const RowLabel& label) const;

    std::vector<ProbedText> m_texts;
    PictureFonts m_fonts;
    ProbeLayout m_layout;
    bool m_shaded = true, m_numbers = true;
    int m_expert = -1;
    QString m_layer;
    ChipPlace m_cursor, m_chosen;
    TokenCard* m_card;
};

} // namespace sy
