// How the page is laid out.
#include "ui/models/text.h"
#include "ui/setup/batch_tab.h"
#include "ui/setup/corpus_tab.h"
#include "ui/setup/cost_panel.h"
#include "ui/setup/experiment_form.h"
#include "ui/setup/experiment_model.h"
#include "ui/setup/labels.h"
#include "ui/setup/launch_box.h"
#include "ui/setup/message_bar.h"
#include "ui/setup/preview_bar.h"
#include "ui/setup/run_identity.h"
#include "ui/setup/sampling_tab.h"
#include "ui/setup/setup_page.h"
#include "ui/setup/table_combo.h"
#include "ui/setup/tokens_tab.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QScrollArea>
#include <QSplitter>
#include <QTabWidget>
#include <QVBoxLayout>

namespace sy {

void SetupPage::build()
{
    auto* header = buildHeader(); // first in the order of the Tab key
    m_message = new MessageBar(this);
    auto* split = new QSplitter(Qt::Horizontal, this);
    split->setObjectName("setupSplitter");
    split->setChildrenCollapsible(false);
    split->addWidget(buildTabs());
    split->addWidget(buildSide());
    split->setStretchFactor(0, 1);
    split->setStretchFactor(1, 0);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(8, 6, 8, 6);
    column->setSpacing(6);
    column->addWidget(header);
    column->addWidget(m_message);
    column->addWidget(split, 1);
}

QWidget* SetupPage::buildHeader()
{
    auto* header = new QWidget(this);
    m_preset = new TableCombo(header);
    m_preset->setObjectName("preset");
    m_preset->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    m_preset->setToolTip(tr("Preset to start from; settings that differ from it are marked"));
    m_preset->setPlaceholderText(tr("defaults"));
    QVector<TableCombo::Entry> entries;
    for (const auto& preset : presets()) entries.append({fromUtf8(preset.name), fromUtf8(preset.summary)});
    m_preset->setEntries(entries);
    connect(m_preset, &QComboBox::textActivated, this, &SetupPage::startFromPreset);
    m_identity = new RunIdentity(header);
    m_device = new TableCombo(header);
    m_device->setObjectName("deviceChoice");
    m_device->setEditable(true);
    m_device->setInsertPolicy(QComboBox::NoInsert);
    m_device->setMinimumWidth(14 * fontMetrics().averageCharWidth());
    m_device->setToolTip(tr("Device that trains the run"));
    connect(m_device, &QComboBox::textActivated, this,
            [this](const QString& text) { m_model->setText("device", text); });
    connect(m_device->lineEdit(), &QLineEdit::textEdited, this,
            [this](const QString& text) { m_model->setText("device", text); });
    auto* from = new QLabel(tr("Start &from"), header);
    auto* on = new QLabel(tr("&Device"), header);
    from->setBuddy(m_preset);
    on->setBuddy(m_device);
    m_header_buttons = new QHBoxLayout;
    m_summary = new ElidedLabel(header);
    m_summary->setEnabled(false); // beside the point
    m_summary->setIndent(fontMetrics().averageCharWidth());
    m_header_buttons->setSpacing(2);
    auto* first = new QHBoxLayout;
    first->addWidget(from);
    first->addWidget(m_preset);
    first->addLayout(m_header_buttons);
    first->addWidget(m_summary, 1);
    auto* second = new QHBoxLayout;
    second->addWidget(m_identity, 1);
    second->addWidget(on);
    second->addWidget(m_device);
    auto* column = new QVBoxLayout(header);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    column->addLayout(first);
    column->addLayout(second);
    return header;
}

QWidget* SetupPage::buildTabs()
{
    auto* area = new QWidget(this);
    m_form = new ExperimentForm(*m_model, area);
    m_corpus = new CorpusTab(area);
    m_tokens = new TokensTab(area);
    m_sampling = new SamplingTab(area);
    m_batch = new BatchTab(area);
    m_preview_bar = new PreviewBar(*m_previewer, area);
    m_preview_bar->hide();
    m_tabs = new QTabWidget(area);
    m_tabs->setObjectName("setupTabs");
    m_tabs->setDocumentMode(true);
    m_tabs->addTab(m_form, tr("Settings"));
    m_tabs->addTab(m_corpus, tr("Corpus"));
    m_tabs->addTab(m_tokens, tr("Tokens"));
    m_tabs->addTab(m_sampling, tr("Sampling"));
    m_tabs->addTab(m_batch, tr("First batch"));
    auto* column = new QVBoxLayout(area);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    column->addWidget(m_tabs, 1);
    column->addWidget(m_preview_bar);
    return area;
}

QWidget* SetupPage::buildSide()
{
    auto* side = new QWidget(this);
    m_cost = new CostPanel;
    m_cost->setObjectName("costPanel");
    m_launch = new LaunchBox(side);
    auto* scroll = new QScrollArea(side);
    scroll->setObjectName("costScroll");
    scroll->setWidget(m_cost);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::StyledPanel);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto* column = new QVBoxLayout(side);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(2);
    column->addWidget(scroll, 1);
    column->addWidget(m_launch);
    side->setMinimumWidth(fontMetrics().averageCharWidth() * 42);
    return side;
}

} // namespace sy
