using System.Text.RegularExpressions;
using HomeCloud.Tests.Docs;

namespace HomeCloud.Tests.Architecture;

/// <summary>Habits of writing that .editorconfig has no rule for.</summary>
public sealed partial class DialectTests
{
    private static readonly string[] Libraries = ["HomeCloud.Net", "HomeCloud.Registry"];

    [Fact]
    public void The_empty_text_is_two_quotation_marks() => Lines(EmptyWord()).Should().BeEmpty();

    [Fact]
    public void Only_libraries_give_up_the_context() =>
        Lines(GivenUp()).Where(line => !Libraries.Contains(line.Split('/')[0])).Should().BeEmpty();

    [Fact]
    public void A_body_of_one_line_has_no_braces() => Files().SelectMany(file => Found(file, BracedLine())).Should().BeEmpty();

    /// <summary>Category and template say which line it is; numbers collide.</summary>
    [Fact]
    public void Log_lines_have_a_level_and_a_text_but_no_number() => Lines(NumberedLogLine()).Should().BeEmpty();

    /// <summary>One letter is enough where its meaning stands on the same line.</summary>
    [Fact]
    public void The_parameter_of_a_lambda_of_several_lines_is_a_word() => Lines(LongLambda()).Should().BeEmpty();

    /// <summary>The thing has a name: a client, a page, an owner, another program.</summary>
    [Fact]
    public void Comments_of_programs_name_who_is_meant() =>
        Lines(Unnamed()).Where(line => !line.StartsWith("HomeCloud.Tests/", StringComparison.Ordinal)).Should().BeEmpty();

    [Theory]
    [InlineData("a = string.Em" + "pty;", true)]
    [InlineData("a = \"\";", false)]
    public void The_patterns_find_what_they_are_for(string text, bool isFound) => EmptyWord().IsMatch(text).Should().Be(isFound);

    [Fact]
    public void The_pattern_of_braces_leaves_a_chain_alone()
    {
        BracedLine().IsMatch("    if (a)\n    {\n        b();\n    }\n\n").Should().BeTrue();
        BracedLine().IsMatch("    if (a)\n    {\n        b();\n    }\n    else\n").Should().BeFalse();
        BracedLine().IsMatch("    if (a\n        || c)\n    {\n        b();\n    }\n\n").Should().BeFalse();
    }

    private static IEnumerable<string> Lines(Regex pattern) =>
        from file in Files()
        from line in File.ReadLines(file)
        where pattern.IsMatch(line)
        select $"{Path.GetRelativePath(Documents.Root(), file)}: {line.Trim()}";

    private static IEnumerable<string> Found(string file, Regex pattern) =>
        pattern.Matches(File.ReadAllText(file)).Select(match => $"{Path.GetRelativePath(Documents.Root(), file)}: {match.Value.Trim()}");

    private static IEnumerable<string> Files() =>
        Directory.EnumerateDirectories(Documents.Root(), "HomeCloud.*").SelectMany(folder => Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories));

    [GeneratedRegex(@"\bstring\.Empty\b")]
    private static partial Regex EmptyWord();

    [GeneratedRegex(@"\.ConfigureAwait\(false\)")]
    private static partial Regex GivenUp();

    [GeneratedRegex(@"(^|[\s(])[a-z] =>\s*$")]
    private static partial Regex LongLambda();

    [GeneratedRegex(@"//.*\b(whoever|somebody)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Unnamed();

    [GeneratedRegex(@"\[LoggerMessage\((\d|EventId|Level = )")]
    private static partial Regex NumberedLogLine();

    // A head on one line, one plain statement, no else behind.
    [GeneratedRegex(@"^( +)(if|foreach|while) \([^\n]*\)\n\1\{\n\1    (?!var |const |using |await using |if |foreach |for |while |lock |switch |try|//)[^\n{}]*;\n\1\}\n(?!\1else)", RegexOptions.Multiline)]
    private static partial Regex BracedLine();
}
