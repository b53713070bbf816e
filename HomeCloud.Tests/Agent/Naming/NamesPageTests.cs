using System.Net;
using System.Text.RegularExpressions;
using HomeCloud.Agent.Naming;
using HomeCloud.Registry;
using HomeCloud.Tests.Docs;
using static HomeCloud.Tests.Agent.Naming.Given;

namespace HomeCloud.Tests.Agent.Naming;

/// <summary>Every example in docs/names.md is true.</summary>
public partial class NamesPageTests
{
    public static TheoryData<string, string> Texts => Pairs("text", cells => (Code(cells[0]), Code(cells[1])));

    public static TheoryData<string, string> Containers => Pairs("container", cells => (Code(cells[0]) + " " + cells[1].Trim(), cells[2]));

    public static TheoryData<string, string> Conflicts => Pairs("containers, oldest first", cells => (cells[0], cells[1]));

    public static TheoryData<string, string> Situations => Pairs("situation", cells => (cells[0], cells[1]));

    [Theory]
    [MemberData(nameof(Texts))]
    public void Texts_become_names(string text, string expected)
    {
        NameMaker.TryNormalize(text, ["home", "home.arpa"], out var name).Should().BeTrue();
        name.Should().Be(expected);
    }

    [Theory]
    [MemberData(nameof(Containers))]
    public void Containers_have_names(string container, string names) =>
        Plan(Read(container, 0)).Records.Keys.Should().BeEquivalentTo(CodeSpan().Matches(names).Select(match => match.Groups[1].Value));

    [Theory]
    [MemberData(nameof(Conflicts))]
    public void Conflicts_have_a_winner(string containers, string names)
    {
        var plan = Plan([.. CodeSpan().Matches(containers).Select((match, age) => Read(match.Groups[1].Value, age))]);
        var expected = Claim().Matches(names).ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value.Replace(" and ", ", ", StringComparison.Ordinal));
        plan.Records.ToDictionary(record => record.Key, record => record.Value.Attributes[RecordAttributes.Container]).Should().BeEquivalentTo(expected);
    }

    [Theory]
    [MemberData(nameof(Situations))]
    public void No_address_has_a_reason(string situation, string explanation)
    {
        var airplay = Container("airplay");
        var bridged = airplay with { NetworkMode = "bridge", Endpoints = [On("bridge", "172.17.0.2")] };
        var container = situation switch
        {
            "stopped" => airplay.Stopped(137),
            "out of memory" => airplay.Stopped(137) with { OutOfMemory = true },
            "created" => airplay.Stopped() with { Life = ContainerLife.Created },
            "restarting" => airplay.Stopped(1) with { Life = ContainerLife.Restarting },
            "bridge only" => bridged,
            "bridge with ports" => bridged with { Published = [new PublishedPort(IPAddress.Any, 8080, "80/tcp")] },
            "no network" => airplay with { NetworkMode = "none", Endpoints = [] },
            "unhealthy, with --healthy-only" => airplay with { Health = ContainerHealthState.Unhealthy },
            "label names another network" => Container("airplay", "homecloud.network=attic"),
            _ => throw new ArgumentException($"The page has a situation that this test does not know: {situation}"),
        };
        // DNS counts how long ago it was; the page shows an example.
        var shown = Plan(new NamingOptions { HealthyOnly = true }, container).Records["airplay"].Explanation!.Replace("{ago}", "3 min ago", StringComparison.Ordinal);
        shown.Should().Be(explanation);
    }

    /// <param name="text">A name, labels, and <c>(stopped)</c>, separated by blanks; an alias list keeps its blanks.</param>
    /// <param name="age">Higher is younger.</param>
    private static ContainerFacts Read(string text, int age)
    {
        var words = text.Replace("`", "", StringComparison.Ordinal).Replace(", ", ",", StringComparison.Ordinal).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var labels = words.Skip(1).Where(word => word.Contains('=', StringComparison.Ordinal)).SelectMany(Labels).ToArray();
        var container = Container(words[0], labels).Younger(age).At($"192.168.1.{20 + age}");
        return words.Contains("(stopped)") ? container.Stopped() : container;
    }

    private static string[] Labels(string word) => word.StartsWith("compose=", StringComparison.Ordinal) && word["compose=".Length..].Split('/') is [var project, var service]
        ? [$"{HomeCloudLabels.ComposeProject}={project}", $"{HomeCloudLabels.ComposeService}={service}"]
        : [word];

    private static string Code(string cell) => CodeSpan().Match(cell).Groups[1].Value;

    /// <summary>The rows of the table whose first heading is <paramref name="heading"/>.</summary>
    private static TheoryData<string, string> Pairs(string heading, Func<string[], (string, string)> read)
    {
        var rows = File.ReadLines(Path.Combine(Documents.Root(), "docs", "names.md"))
            .SkipWhile(line => !line.StartsWith($"| {heading} |", StringComparison.Ordinal))
            .Skip(2)
            .TakeWhile(line => line.StartsWith('|'))
            .Select(line => line.Trim('|', ' ').Split('|', StringSplitOptions.TrimEntries));
        var data = new TheoryData<string, string>();
        foreach (var (first, second) in rows.Select(read))
            data.Add(first, second);
        return data;
    }

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex CodeSpan();

    [GeneratedRegex("`([^`]+)` is ([a-z0-9_-]+(?: and [a-z0-9_-]+)*)")]
    private static partial Regex Claim();
}
