// docs/store.md tells the truth: its queries run and find rows, and it names every table and column.
#include "store_fixture.h"

#include <sstream>

namespace sy::test {

namespace {

std::string page()
{
    return readFile(fs::path(SWITCHYARD_SOURCE_DIR) / "docs" / "store.md");
}

std::vector<std::string> queries()
{
    std::istringstream lines(page());
    std::vector<std::string> found;
    bool inside = false;
    for (std::string line; std::getline(lines, line);) {
        if (line == "```sql")
            found.emplace_back(), inside = true;
        else if (line == "```")
            inside = false;
        else if (inside)
            found.back() += line + "\n";
    }
    return found;
}

/// The text under "### `table`", up to the next heading.
std::string sectionOf(const std::string& text, const std::string& table)
{
    const size_t begin = text.find("### `" + table + "`\n");
    if (begin == std::string::npos) return "";
    return text.substr(begin, text.find("\n#", begin + 1) - begin);
}

} // namespace

class DocumentationTest : public StoreTest {
protected:
    DocumentationTest()
    {
        for (const char* name : {"demo", "demo-dense"}) {
            NewRun run = newRun(name);
            run.config["model"]["num_experts"] = name == std::string("demo") ? 2 : 1;
            RunWriter writer = RunWriter::create(paths, run);
            for (const int64_t step : {10, 20}) writeEverything(writer, step);
            writer.event({20, 1, "stopped", "asked to", nullptr});
        }
        Store::open(paths).saveMachine({"host", "cpu", "A CPU", 1 << 30, {{"float32", 1e11}}, 1e10, 1});
        QueueRequest queued;
        queued.config = newRun("queued").config;
        Store::open(paths).enqueue(queued);
    }
};

TEST_F(DocumentationTest, EveryQueryFindsRows)
{
    const Store store = Store::openExisting(paths);
    const auto all = queries();
    EXPECT_GE(all.size(), 10U);
    for (const auto& sql : all) {
        try {
            SQLite::Statement query(store.database(), sql);
            EXPECT_TRUE(query.executeStep()) << "no row from\n" << sql;
        } catch (const SQLite::Exception& error) {
            ADD_FAILURE() << error.what() << " in\n" << sql;
        }
    }
}

TEST_F(DocumentationTest, NamesEveryTableAndColumn)
{
    const Store store = Store::openExisting(paths);
    const std::string text = page();
    SQLite::Statement columns(store.database(),
                              "SELECT t.name, c.name FROM sqlite_master AS t, pragma_table_info(t.name) AS c "
                              "WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%'");
    int count = 0;
    while (columns.executeStep()) {
        const std::string table = columns.getColumn(0).getString(), column = columns.getColumn(1).getString();
        EXPECT_TRUE(sectionOf(text, table).find("`" + column + "`") != std::string::npos) << table << "." << column;
        ++count;
    }
    EXPECT_GT(count, 100);
}

TEST_F(DocumentationTest, TellsTheVersion)
{
    const auto version = Store::openExisting(paths).database().execAndGet("PRAGMA user_version").getString();
    EXPECT_TRUE(contains(page(), "the version of the schema: " + version + "."));
}

} // namespace sy::test
