// A combo box whose list has two columns: the value, and what it is.
#pragma once

#include <QComboBox>
#include <QVector>

namespace sy {

class TableCombo : public QComboBox {
    Q_OBJECT

public:
    struct Entry {
        QString value, about; ///< plain texts
        bool operator==(const Entry&) const = default;
    };

    explicit TableCombo(QWidget* parent = nullptr);
    /// Keeps the shown text. Nothing happens where the entries are the same.
    void setEntries(const QVector<Entry>& entries);

protected:
    void changeEvent(QEvent* event) override;
    void showPopup() override;
    void wheelEvent(QWheelEvent* event) override; ///< scrolls what is around it, unless it has the focus

private:
    void showColours();

    QVector<Entry> m_entries;
};

} // namespace sy
