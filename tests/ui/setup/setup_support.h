// A home of its own with a small corpus, and what a page is given.
#pragma once

#include "core/base/files.h"
#include "core/text/import.h"
#include "ui/models/page_context.h"
#include "ui/models/store_access.h"
#include "ui/models/store_watch.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>

#include <memory>

namespace sy::test {

/// Sets SWITCHYARD_HOME for this process and its children.
class Home {
public:
    Home() { qputenv("SWITCHYARD_HOME", home().toUtf8()); }
    QString home() const { return m_folder.filePath("home"); }
    QString path(const QString& name) const { return m_folder.filePath(name); }

    void put(const QString& name, const QByteArray& content) const
    {
        const QFileInfo file(path(name));
        QDir().mkpath(file.absolutePath());
        QFile out(file.absoluteFilePath());
        if (!out.open(QIODevice::WriteOnly) || out.write(content) != content.size()) qFatal("cannot write a test file");
    }
    /// A folder with a file for each of two languages.
    QString putTexts(const QString& name, int lines = 400) const
    {
        put(name + "/de.txt", text(lines, "der bunte Hund und das kleine Haus am langen Weg"));
        put(name + "/en.txt", text(lines / 2, "the quick fox or a slow tortoise on some narrow road"));
        return path(name);
    }
    Corpus import(const QString& name) const
    {
        ImportRequest request;
        request.source = putTexts("texts-" + name).toStdString();
        request.name = name.toStdString();
        request.valid_share = 0.2;
        return importCorpus(request).corpus;
    }

private:
    static QByteArray text(int lines, const QByteArray& words)
    {
        const auto all = words.split(' ');
        QByteArray out;
        for (int line = 0; line < lines; ++line) {
            for (int i = 0; i < 6; ++i) out += all[(line * 7 + i * (line % 5 + 1)) % all.size()] + " ";
            out += QByteArray::number(line * 31 % 997) + "\n";
        }
        return out;
    }

    QTemporaryDir m_folder;
};

/// Everything that a page is given, over one home.
struct Workplace {
    StorePaths paths = StorePaths::inHome();
    StoreAccess access{paths};
    StoreWatch watch{paths, 20};
    QSettings settings;
    PageContext context;

    explicit Workplace(const Home& home) : settings(home.path("workbench.ini"), QSettings::IniFormat)
    {
        context = {paths, SWITCHYARD_CLI, nullptr, &watch, &access, &settings};
    }
};

} // namespace sy::test
