// Draws the run list: tick, colour, star and name in one cell; progress as a bar.
#pragma once

#include <QStyledItemDelegate>

namespace sy {

class Selection;

class RunDelegate : public QStyledItemDelegate {
    Q_OBJECT

public:
    explicit RunDelegate(const Selection* selection, QObject* parent = nullptr);

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    bool editorEvent(QEvent* event, QAbstractItemModel* model, const QStyleOptionViewItem& option,
                     const QModelIndex& index) override;

    /// Places within a name cell; a press anywhere in their full height hits them.
    struct NameAreas {
        QRect tick, colour, text, star;
    };
    static NameAreas nameAreas(const QStyleOptionViewItem& option, bool is_run);

Q_SIGNALS:
    void colourWanted(const QString& id);
    void starToggled(const QString& id, bool starred);

private:
    void paintName(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const;
    void paintProgress(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const;

    const Selection* m_selection;
};

} // namespace sy
