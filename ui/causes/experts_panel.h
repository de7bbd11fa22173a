// Ablate an expert, force tokens to it, swap two: what the loss says.
#pragma once

#include "ui/causes/effects.h"
#include "ui/models/page_context.h"

#include <QWidget>

class QAction;
class QComboBox;
class QLabel;
class QSortFilterProxyModel;
class QSpinBox;
class QSplitter;
class QTableView;
class QToolButton;

namespace sy {

class BarChart;
class EffectsRunner;
class InterventionModel;
class LanguageEffectModel;

class ExpertsPanel : public QWidget {
    Q_OBJECT

public:
    ExpertsPanel(const PageContext& context, EffectsRunner* runner, QWidget* parent = nullptr);

    /// Share of tokens per expert by layer, as the evaluation near the checkpoint counted them.
    void setLoads(std::map<QString, std::vector<double>> loads);
    void setReady(bool ready); ///< there is a checkpoint to ask
    void showResults();        ///< the runner's results

    /// Rows that wrap do not make it taller than it must be.
    bool hasHeightForWidth() const override { return false; }

protected:
    void changeEvent(QEvent* event) override;

private:
    QWidget* makeBar();
    QWidget* makeTables();
    QWidget* makeChart();
    QAction* add(const char* name, const QString& text, const QString& tip, void (ExpertsPanel::*run)());
    void fillExperts();
    void ablate();
    void force();
    void swap();
    void ablateEvery();
    void evaluate(std::vector<Cause> causes);
    Cause cause(Cause::Kind kind, int expert) const;
    std::vector<Cause> withRandom(int expert) const;
    QString layer() const;
    int expert() const;
    std::optional<Cause> chosen() const;
    void chosenChanged();
    void select(const Cause& cause);
    void followFocus();
    void followLanguage();
    void fillChart();
    void chartByLanguage();
    void chartByExpert();
    void exportChart(const QString& suffix);

    PageContext m_context;
    EffectsRunner* m_runner;
    QComboBox *m_expert, *m_other, *m_by;
    QSpinBox* m_seeds;
    QSplitter* m_splitter;
    QTableView *m_table, *m_languages;
    InterventionModel* m_model;
    LanguageEffectModel* m_language_model;
    QSortFilterProxyModel* m_sorted;
    BarChart* m_chart = nullptr;
    QList<QAction*> m_actions; ///< that need a checkpoint
    std::map<QString, std::vector<double>> m_loads;
    std::optional<Cause> m_wanted; ///< selected as soon as its result is there
    bool m_following = false;
};

} // namespace sy
