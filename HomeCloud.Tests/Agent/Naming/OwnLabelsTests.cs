using HomeCloud.Agent.Naming;

namespace HomeCloud.Tests.Agent.Naming;

/// <summary>Which labels are a container's own, and which its image handed on.</summary>
public sealed class OwnLabelsTests
{
    private const string Gone = "gone";

    [Theory]
    [InlineData("homecloud.server=a homecloud.expires=T", "", "homecloud.expires=T homecloud.server=a")]
    [InlineData("homecloud.server=a homecloud.expires=T x=1", "homecloud.server=a homecloud.expires=T x=1", "x=1")]
    [InlineData("homecloud.server=b homecloud.user=root", "homecloud.server=a homecloud.user=root", "homecloud.server=b homecloud.user=root")]
    [InlineData("homecloud.server=b homecloud.expires=", "homecloud.server=a homecloud.expires=T", "homecloud.server=b")]
    [InlineData("homecloud.server=b homecloud.expires=T", "homecloud.server=a homecloud.expires=T", "homecloud.server=b")]
    [InlineData("homecloud.name=tv homecloud.aliases=a homecloud.wildcard=true homecloud.ignore=true homecloud.network=lan", "homecloud.name=tv homecloud.aliases=a homecloud.wildcard=true homecloud.ignore=true homecloud.network=lan", "")]
    [InlineData("homecloud.name=tv homecloud.user=mo", "homecloud.name=radio homecloud.user=mo", "homecloud.name=tv")]
    [InlineData("homecloud.srv=http:80 homecloud.service.ssh=22 homecloud.ttl=9 homecloud.ports=80", "homecloud.srv=http:80 homecloud.service.ssh=22 homecloud.ttl=9 homecloud.ports=80", "homecloud.ports=80 homecloud.service.ssh=22 homecloud.srv=http:80 homecloud.ttl=9")]
    [InlineData("homecloud.server=a homecloud.expires=T homecloud.name=tv", Gone, "homecloud.name=tv homecloud.server=a")]
    public void An_image_hands_on_what_the_software_does_and_not_who_a_container_is(string container, string image, string own) =>
        string.Join(' ', OwnLabels.Of(Parsed(container), image == Gone ? null : Parsed(image).ToDictionary(label => label.Key, string? (label) => label.Value)).Select(label => $"{label.Key}={label.Value}").Order(StringComparer.Ordinal))
            .Should().Be(own);

    private static Dictionary<string, string> Parsed(string text) =>
        text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(label => label.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);
}
