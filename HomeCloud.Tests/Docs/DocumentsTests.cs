namespace HomeCloud.Tests.Docs;

/// <summary>Nothing in the documents escapes commands.txt, and nothing in commands.txt outlives the documents.</summary>
public sealed partial class DocumentsTests
{
    [Fact]
    public void Every_block_is_known_by_how_it_is_tried()
    {
        var table = CommandTable.Read();

        var unknown =
            from block in Documents.Blocks()
            let first = table.Find(block.Commands().First().Text)
            where first is not { How: "text" or "lab" or "dnsmasq" }
            from command in block.Commands()
            where table.Find(command.Text) is null
            select $"{command.Where}: {command.Text}";

        unknown.Should().BeEmpty("each needs a line in commands.txt");
        table.Rules.Where(rule => !rule.Used).Select(rule => rule.Command).Should().BeEmpty("no document says these any more");
    }

    [Fact]
    public void Tests_that_do_it_elsewhere_exist_and_reasons_are_given()
    {
        var tests = typeof(DocumentsTests).Assembly.GetTypes().Select(type => type.Name).ToHashSet();

        foreach (var rule in CommandTable.Read().Rules)
        {
            if (rule.How == "elsewhere")
                tests.Should().Contain(rule.Instead, rule.Command);
            if (rule.How == "not here")
                rule.Instead.Should().NotBeNullOrEmpty(rule.Command);
        }
    }

    [Fact]
    public void Blocks_prompts_comments_and_tables_are_read_as_people_read_them()
    {
        string[] lines =
        [
            "Text:", "", "    $ dig a.home", "    ;; answer", "", "    $ dig b.home | grep EDE", "", "- a list", "  goes on", "", "```sh", "ls /   explained", "cat x  # why", "```",
            "| a | `dig TXT check.home` and `homecloud` |", "<!-- lean: written by ./bench lean -->", "| `docker run -d`, wall | 3 ms |", "<!-- end of lean -->", "| b | `dig c.home` |",
        ];

        var commands = Documents.Blocks("x.md", lines).SelectMany(block => block.Commands()).Select(command => $"{command.Line} {command.Text}");

        commands.Should().Equal("3 dig a.home", "6 dig b.home | grep EDE", "12 ls /", "13 cat x", "15 dig TXT check.home", "19 dig c.home");
    }
}
