// What happened and what can be done about it, above the pages: it waits to be read and blocks nothing.
#pragma once

#include <QFrame>

#include <functional>
#include <vector>

class QVBoxLayout;

namespace sy {

struct NoticeAction {
    QString text;
    std::function<void()> act; ///< the notice goes away afterwards
};

class NoticeStack : public QFrame {
    Q_OBJECT

public:
    enum class Kind { Information, Problem };

    explicit NoticeStack(QWidget* parent = nullptr);

    /// A notice of the same `key` is replaced.
    void add(const QString& key, Kind kind, const QString& text, const std::vector<NoticeAction>& actions = {});
    void remove(const QString& key);
    int count() const;

private:
    QVBoxLayout* m_layout;
};

} // namespace sy
