// The inspector: one layer, one step, one choice for all views of the router.
#pragma once

#include "ui/models/page_context.h"

#include <QWidget>

class QComboBox;
class QLabel;
class QTabWidget;
class QToolButton;

namespace sy {

class StepSlider;

class RoutingPage : public QWidget {
    Q_OBJECT

public:
    explicit RoutingPage(const PageContext& context, QWidget* parent = nullptr);

    const QStringList& views() const { return m_names; } ///< languages, load, tokens, dynamics, causes
    QWidget* view(const QString& name) const;            ///< null where there is none of that name
    void showView(const QString& name);                  ///< one of views()

private:
    QWidget* makeHeader();
    void makeViews();
    void addView(QWidget* view, const char* name, const QString& title, const QString& tip);
    void showIndex();
    void showChoice();

    PageContext m_context;
    QComboBox* m_layer;
    StepSlider* m_steps;
    QLabel* m_choice;
    QToolButton* m_clear;
    QTabWidget* m_views;
    QStringList m_names;
};

} // namespace sy
