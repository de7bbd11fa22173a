#include "ui/tokens/vocabulary_panel.h"

#include "core/analysis/definitions.h"
#include "ui/models/routing_focus.h"
#include "ui/models/text.h"
#include "ui/tokens/token_grid.h"

#include <QHBoxLayout>
#include <QLocale>
#include <QSpinBox>
#include <QVBoxLayout>

#include <cmath>
#include <limits>

namespace sy {

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

QString said(const QString& what, const std::optional<VocabularyFigure>& figure)
{
    if (!figure) return {};
    if (std::isnan(figure->value)) return VocabularyPanel::tr("%1 –, no id occurs often enough").arg(what);
    return VocabularyPanel::tr("%1 %2 (chance %3)")
        .arg(what, QLocale().toString(figure->value, 'f', 3), QLocale().toString(figure->chance, 'f', 3));
}

} // namespace

VocabularyPanel::VocabularyPanel(RoutingFocus* focus, QWidget* parent)
    : QWidget(parent), m_focus(focus), m_least(new QSpinBox(this)),
      m_heading(plainLabel("vocabularyHeading", {}, this)),
      m_table(new TokenGridView("vocabularyTable", tr("vocabulary specialization"), this))
{
    m_least->setObjectName("vocabularyLeast");
    m_least->setRange(2, 1000);
    m_least->setValue(10);
    m_least->setKeyboardTracking(false);
    m_least->setPrefix(QStringLiteral("≥ "));
    m_least->setSuffix(tr(" times"));
    m_least->setToolTip(tr("Ids that occur less often are left out; OLMoE leaves out those below 10"));
    m_heading->setWordWrap(true);
    m_heading->setToolTip(plainTip(fromUtf8(definitionText("tokens.vocabulary_specialization"))));
    auto* note =
        plainLabel("vocabularyNote",
                   tr("Mean over ids of the largest share of an id that one expert takes. Chance: the same with "
                      "experts permuted over the tokens."),
                   this);
    note->setWordWrap(true);
    auto* bar = new QHBoxLayout;
    bar->addWidget(m_heading, 1);
    bar->addWidget(m_least, 0, Qt::AlignTop);
    auto* layout = new QVBoxLayout(this);
    layout->addLayout(bar);
    layout->addWidget(m_table, 1);
    layout->addWidget(note);
    connect(m_least, &QSpinBox::valueChanged, this, &VocabularyPanel::leastChanged);
    connect(m_table, &TokenGridView::keyChosen, this, [this](qint64 layer) {
        if (layer >= 0)
            m_focus->setLayer(static_cast<int>(layer));
        else
            m_table->setChosen(m_focus->layer()); // one layer is always shown
    });
    connect(m_focus, &RoutingFocus::layerChanged, this, [this](int layer) {
        m_table->setChosen(layer);
        fillHeading();
    });
}

int64_t VocabularyPanel::leastOccurrences() const
{
    return m_least->value();
}

void VocabularyPanel::setProblem(const QString& problem)
{
    m_figures.clear();
    m_table->setContent({}, {});
    m_heading->setText(problem);
}

void VocabularyPanel::setFigures(const RoutingIndex& index, const std::vector<LayerVocabulary>& figures)
{
    m_figures = figures;
    m_layers = index.layers;
    const QString tip = fromUtf8(definitionText("tokens.vocabulary_specialization"));
    QVector<GridColumn> columns = {{tr("Layer"), tr("Sparse layer"), false}};
    const std::pair<QString, QString> kinds[] = {{tr("Input"), tr("By the id that the layer's stack reads.")},
                                                 {tr("Gold"), tr("By the id that is to be predicted.")},
                                                 {tr("Predicted"), tr("By the likeliest id of the model.")}};
    for (const auto& [name, what] : kinds) {
        columns += {name, what + QLatin1Char('\n') + tip, true};
        columns += {tr("chance"), tr("The same with experts permuted over the tokens: mean of 20."), true};
        columns += {tr("ids"), tr("Ids that occur often enough."), true};
    }
    std::vector<GridRow> rows;
    for (const LayerVocabulary& of_layer : figures) {
        GridRow row{of_layer.layer, {textCell(index.layers.value(of_layer.layer))}, {}};
        for (const auto& figure : {of_layer.input, of_layer.gold, of_layer.predicted}) {
            row.cells += numberCell(figure ? figure->value : nan, 3);
            row.cells += numberCell(figure ? figure->chance : nan, 3);
            row.cells += figure ? countCell(figure->ids) : textCell(QStringLiteral("–"));
        }
        rows.push_back(std::move(row));
    }
    m_table->setContent(columns, std::move(rows));
    m_table->setChosen(m_focus->layer());
    fillHeading();
}

void VocabularyPanel::fillHeading()
{
    for (const LayerVocabulary& of_layer : m_figures) {
        if (of_layer.layer != m_focus->layer()) continue;
        QStringList parts = {said(tr("input"), of_layer.input), said(tr("gold"), of_layer.gold),
                             said(tr("predicted"), of_layer.predicted)};
        parts.removeAll(QString());
        m_heading->setText(m_layers.value(of_layer.layer) + QStringLiteral(": ") + parts.join(QStringLiteral(" · ")));
    }
}

} // namespace sy
