// The matrix of languages and experts of the chosen layer at the shown step.
#pragma once

#include "ui/models/page_context.h"
#include "ui/models/read_slot.h"
#include "ui/routing/language_table.h"

#include <QWidget>

class QComboBox;
class QLabel;

namespace sy {

class HeatMap;

class LanguageMatrixPanel : public QWidget {
    Q_OBJECT

public:
    explicit LanguageMatrixPanel(const PageContext& context, QWidget* parent = nullptr);

    void setActive(bool active); ///< a hidden page reads nothing

private:
    struct Picture { ///< what one read brought
        LanguageTablePtr table;
        int64_t loss_step = -1;
        std::vector<double> losses; ///< by language
    };
    struct Request {
        QString run;
        qint64 rewinds = -1;
        CountSource source = CountSource::Training;
        int64_t step = -1;
        std::optional<int64_t> evaluation; ///< whose losses stand beside
        size_t layers = 0;
        std::vector<std::string> languages;
        bool operator==(const Request&) const = default;
    };
    /// @param losses  by language where they are known already, else empty
    static Picture read(const Store& store, const Request& request, const std::vector<double>& losses);

    QWidget* makeBar();
    QComboBox* combo(const char* name, const QStringList& texts, const QString& tip);
    void startOver();
    void sync();
    std::optional<Request> wanted() const;
    void readNow();
    void showPicture(bool sort_again);
    void showSelection();
    void choose(int row, int column);
    void saveChoices() const;
    CountSource source() const;
    QString sourceText() const;

    PageContext m_context;
    QComboBox *m_kind, *m_rows, *m_columns, *m_source;
    QLabel* m_where;
    HeatMap* m_map;
    ReadSlot m_slot;
    bool m_active = false;
    std::optional<Request> m_asked; ///< last one that was sent
    Picture m_picture;
    TableOrder m_order;
    int m_ordered_layer = -1; ///< whose order this is
    QString m_problem;
};

} // namespace sy
