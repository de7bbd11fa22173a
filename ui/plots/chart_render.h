// Plots as files: on white, for papers and slides, whatever the window's palette is.
#pragma once

#include <QByteArray>
#include <QImage>
#include <QPalette>
#include <QSize>
#include <QString>

#include <functional>

class QCustomPlot;
class QPainter;
class QWidget;

namespace sy {

/// The plot without what follows the mouse, with a title above it unless that is empty. Sizes in logical pixels.
QImage plotImage(QCustomPlot& plot, const QString& title, const QSize& size, double scale);
QByteArray plotPng(QCustomPlot& plot, const QString& title, const QSize& size, double scale);
QByteArray plotSvg(QCustomPlot& plot, const QString& title, const QSize& size);
QByteArray plotPdf(QCustomPlot& plot, const QString& title, const QSize& size);

/// What `paint` draws in logical pixels, on white.
QByteArray paintedPng(const QSize& size, double scale, const std::function<void(QPainter&)>& paint);
QByteArray paintedSvg(const QSize& size, const QString& title, const std::function<void(QPainter&)>& paint);

QPalette paperPalette();                      ///< black on white
QByteArray pngOf(QImage image, double scale); ///< that says how many pixels make a logical one

/// Asks for a file and writes it, all or nothing; says so when it fails.
void savePlotFile(QWidget* parent, const QString& title, const QString& ending, const QByteArray& content);

} // namespace sy
