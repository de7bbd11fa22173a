// Every table to CSV.
#pragma once

#include <QString>

class QAbstractItemModel;
class QAbstractItemView;
class QWidget;

namespace sy {

/// RFC 4180, UTF-8, the header first, in the shown order; raw numbers where the model has them (role Qt::UserRole),
/// else the shown text. Hierarchies are written depth first.
QByteArray tableCsv(const QAbstractItemModel& model);
/// Asks for a file and writes it, all or nothing; says so when it fails. False when nothing was written.
bool exportTable(QWidget* parent, const QAbstractItemModel& model, const QString& suggested_name);
/// Gives a view "Export NAME as CSV…" in its context menu and among the window's commands.
void addTableExport(QAbstractItemView& view, const QString& name);
/// The same without asking. @throws Error naming the file.
void writeFile(const QString& path, const QByteArray& content);

} // namespace sy
