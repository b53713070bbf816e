using HomeCloud.Dns.Serving;
using HomeCloud.Dns.ZoneFiles;
using HomeCloud.Tests.Docs;

namespace HomeCloud.Tests.Dns.ZoneFiles;

/// <summary>Files as the options name them: rules over several records, what is wrong in one line, and that good content stays.</summary>
public sealed class ZoneFileOptionsTests : IDisposable
{
    private static readonly string[] Zones = ["home.", "home.arpa."];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("zone-files-");

    public void Dispose() => _folder.Delete(recursive: true);

    public static TheoryData<string, string> Rules => new()
    {
        { "a A 192.0.2.1\na CNAME b", "line 3: an alias (CNAME) has no other records beside it" },
        { "a CNAME b\na CNAME c", "nor a second alias" },
        { "sub NS ns.example.net.", "line 2: names below another server's (NS) are not served here" },
        { "@ SOA a b 1 2 3 4 5\n@ NS c\nsub NS d", "line 4: names below" },
        { "@ SOA a b 1 2 3 4 5\nsub SOA a b 1 2 3 4 5", "line 3: there is another SOA at" },
        { "$ORIGIN org.\n@ A 192.0.2.1", "'org.' is a whole top-level domain" },
        { "a CNAME b", "line 2: this alias (CNAME) leads to b.example.org., which is in no zone file and no zone of ours" },
        { "a CNAME b.example.com.", "leads to b.example.com." },
        { "a CNAME a", "lead in a circle" },
        { "$ORIGIN home.\nsub NS ns", "names below another server's (NS)" },
        { "$ORIGIN home.\na CNAME b.example.org.", "an alias (CNAME) of the home leads to a name of the home; this one leads out" },
        { $"$ORIGIN home.\n{string.Join('.', Enumerable.Repeat(new string('a', 61), 4))} A 192.0.2.1", "is too long with home.arpa. behind it" },
        { string.Concat(Enumerable.Range(0, 300).Select(i => $"a TXT \"{i:D240}\"\n")), "TXT records of this name are more than one answer can hold" },
    };

    [Theory]
    [MemberData(nameof(Rules))]
    public void What_records_say_together_is_checked(string text, string problem)
    {
        var path = Write("a.zone", $"$ORIGIN example.org.\n{text}\n");

        Problems(path).Should().ContainSingle().Which.Should().StartWith($"--zone-file '{path}' line ").And.Contain(problem).And.NotContain("\n");
    }

    [Fact]
    public void An_alias_may_lead_to_another_file_a_wildcard_a_local_name_and_a_name_of_the_home()
    {
        var one = Write("one.zone", "$ORIGIN example.org.\na CNAME b\nc CNAME x.d\ne CNAME f\ng CNAME nas.home.\n");
        var two = Write("two.zone", "$ORIGIN example.org.\nb A 192.0.2.1\n*.d A 192.0.2.2\n");

        Problems(options => options.LocalNames.Add("f.example.org=nas"), one, two).Should().BeEmpty();
        Problems(options => options.LocalNames.Add("b.example.org=nas"), one, two).Should()
            .ContainSingle().Which.Should().Be($"--local 'b.example.org=nas' gives b.example.org. a second meaning: --zone-file '{two}' line 2 says where it is");
    }

    [Fact]
    public void The_recipe_of_the_documents_is_a_valid_file()
    {
        var recipe = Documents.Blocks("docs/blocking.md", File.ReadAllLines(Path.Combine(Documents.Root(), "docs", "blocking.md")))
            .Single(block => block.Lines[0].StartsWith("$ORIGIN", StringComparison.Ordinal));

        Problems(Write("a.zone", string.Join('\n', recipe.Lines) + "\n")).Should().BeEmpty();
    }

    [Fact]
    public void A_file_that_cannot_be_read_is_said_in_one_line()
    {
        Problems("/nowhere/a.zone").Should().ContainSingle().Which.Should().StartWith("--zone-file '/nowhere/a.zone' does not exist");
        Problems(_folder.FullName).Should().ContainSingle().Which.Should().StartWith($"--zone-file '{_folder.FullName}' is a directory");
        Problems(Write("b.zone", "$INCLUDE none.zone\n")).Should().ContainSingle().Which.Should().Contain("or a file that it includes").And.Contain("none.zone");
    }

    [Fact]
    public void An_included_file_is_no_link()
    {
        Write("secret", "root:x:0:0\n");
        Directory.CreateDirectory(Path.Combine(_folder.FullName, "zones"));
        File.CreateSymbolicLink(Path.Combine(_folder.FullName, "zones", "link.zone"), Path.Combine(_folder.FullName, "secret"));

        Problems(Write("zones/a.zone", "$INCLUDE link.zone\n")).Should().ContainSingle().Which.Should().Contain("is a link or another special file").And.NotContain("root:");
    }

    [Fact]
    public void What_was_good_stays_until_what_is_there_is_good()
    {
        var path = Write("a.zone", "$ORIGIN example.org.\na A 192.0.2.1\n");
        var options = new ZoneFileOptions { Paths = { path } };
        options.Validate(Zones).Should().BeEmpty();
        var before = options.Content;
        before.Outside.Should().ContainSingle();

        Write("a.zone", "$ORIGIN example.org.\na A 192.0.2.");
        options.Validate(Zones).Should().ContainSingle();
        options.Content.Should().BeSameAs(before);
    }

    [Fact]
    public void Records_of_one_set_are_sorted_once_each_and_have_the_shortest_TTL()
    {
        var path = Write("a.zone", "$ORIGIN example.org.\na 9 A 192.0.2.3\na 5 A 192.0.2.1\na 7 A 192.0.2.3\n");
        var options = new ZoneFileOptions { Paths = { path } };
        options.Validate(Zones).Should().BeEmpty();

        options.Content.Outside.Values.Single().TryFind(HomeCloud.Net.Wire.RecordType.A, out var set).Should().BeTrue();
        Convert.ToHexStringLower(set.Records).Should().Be("c00c00010001000000050004c0000201" + "c00c00010001000000050004c0000203", "RFC 2181 §5.2");
    }

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }

    private static List<string> Problems(params string[] paths) => Problems(_ => { }, paths);

    private static List<string> Problems(Action<ServingOptions> configure, params string[] paths)
    {
        var options = new ServingOptions();
        options.ZoneFiles.Paths = [.. paths];
        configure(options);
        return [.. options.ValidateLocalNames(Zones)];
    }
}
