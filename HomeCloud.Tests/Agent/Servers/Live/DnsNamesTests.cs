using System.Collections.Immutable;
using HomeCloud.Agent.Naming;
using HomeCloud.Agent.Servers.Live;
using HomeCloud.Registry;

namespace HomeCloud.Tests.Agent.Servers.Live;

public sealed class DnsNamesTests
{
    [Theory]
    [InlineData("My_Box", null, "my-box", "my-box")]
    [InlineData("My_Box", null, "", "my-box")]
    [InlineData("airplay", "tv.home", "tv", "tv")]
    [InlineData("shop_web_1", null, "web web.shop", "web")]
    [InlineData("shop_web_1", null, "web.shop *.web.shop", "web.shop")]
    [InlineData("airplay", null, "airplay-2", "airplay-2")]
    public void A_container_is_shown_by_the_name_that_DNS_gives_it(string container, string? label, string recorded, string shown)
    {
        var labels = ImmutableDictionary<string, string>.Empty;
        labels = label is null ? labels : labels.Add(HomeCloudLabels.Name, label);
        DnsNames.Of(Container(container, labels), Records(container, recorded), "home").Should().Be(shown);
    }

    [Fact]
    public void Aliases_and_the_record_of_before_a_rename_do_not_count()
    {
        var labels = ImmutableDictionary<string, string>.Empty.Add(HomeCloudLabels.Aliases, "a, radio");
        DnsNames.Of(Container("music", labels), Records("nas", "nas").Concat(Records("music", "a radio")), "home").Should().Be("music");
    }

    private static ContainerFacts Container(string name, ImmutableDictionary<string, string> labels) =>
        new() { Id = "0123456789ab", Name = name, Image = "x", Life = ContainerLife.Running, Labels = labels };

    private static IEnumerable<NameRecord> Records(string container, string names) => names.Split(' ', StringSplitOptions.RemoveEmptyEntries)
        .Select(n => new NameRecord { Name = n, Owner = "server", Attributes = NameRecord.NoAttributes.Add(RecordAttributes.Container, container) });
}
