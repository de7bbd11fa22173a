#include "ui/models/table_export.h"

#include "core/base/error.h"
#include "ui/models/text.h"

#include <QAbstractItemModel>
#include <QAbstractItemView>
#include <QAction>
#include <QFileDialog>
#include <QMessageBox>
#include <QSaveFile>

namespace sy {

namespace {

QByteArray quoted(const QString& text)
{
    QString cell = text;
    if (!cell.contains(QLatin1Char(',')) && !cell.contains(QLatin1Char('"')) && !cell.contains(QLatin1Char('\n')) &&
        !cell.contains(QLatin1Char('\r')))
        return cell.toUtf8();
    cell.replace("\"", "\"\"");
    return ('"' + cell + '"').toUtf8();
}

QString cellText(const QModelIndex& index)
{
    const QVariant raw = index.data(Qt::UserRole);
    switch (raw.typeId()) {
    case QMetaType::Double:
    case QMetaType::Float:
        return QString::number(raw.toDouble(), 'g', 17);
    case QMetaType::Int:
    case QMetaType::LongLong:
    case QMetaType::UInt:
    case QMetaType::ULongLong:
        return raw.toString();
    default:
        return index.data(Qt::DisplayRole).toString();
    }
}

void appendRows(const QAbstractItemModel& model, const QModelIndex& parent, QByteArray& csv)
{
    for (int row = 0; row < model.rowCount(parent); ++row) {
        for (int column = 0; column < model.columnCount(parent); ++column) {
            if (column > 0) csv += ',';
            csv += quoted(cellText(model.index(row, column, parent)));
        }
        csv += "\r\n";
        appendRows(model, model.index(row, 0, parent), csv);
    }
}

} // namespace

QByteArray tableCsv(const QAbstractItemModel& model)
{
    QByteArray csv;
    for (int column = 0; column < model.columnCount(); ++column) {
        if (column > 0) csv += ',';
        csv += quoted(model.headerData(column, Qt::Horizontal).toString());
    }
    csv += "\r\n";
    appendRows(model, {}, csv);
    return csv;
}

void writeFile(const QString& path, const QByteArray& content)
{
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size() || !file.commit())
        throw Error("cannot write " + path.toStdString() + ": " + file.errorString().toStdString());
}

bool exportTable(QWidget* parent, const QAbstractItemModel& model, const QString& suggested_name)
{
    const QString path = QFileDialog::getSaveFileName(parent, QObject::tr("Export table"), suggested_name + ".csv",
                                                      QObject::tr("Comma-separated values (*.csv)"));
    if (path.isEmpty()) return false;
    try {
        writeFile(path, tableCsv(model));
        return true;
    } catch (const Error& error) {
        QMessageBox box(QMessageBox::Warning, QObject::tr("Export table"), fromUtf8(error.what()), QMessageBox::Ok,
                        parent);
        box.setTextFormat(Qt::PlainText);
        box.exec();
        return false;
    }
}

void addTableExport(QAbstractItemView& view, const QString& name)
{
    auto* action = new QAction(QObject::tr("Export %1 as CSV…").arg(name), &view);
    action->setObjectName("exportTable");
    QObject::connect(action, &QAction::triggered, &view, [&view, name] {
        if (view.model()) exportTable(&view, *view.model(), name);
    });
    view.addAction(action);
    view.setContextMenuPolicy(Qt::ActionsContextMenu);
}

} // namespace sy
