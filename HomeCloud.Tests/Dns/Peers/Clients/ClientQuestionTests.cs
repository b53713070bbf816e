using HomeCloud.Tests.Docs;

namespace HomeCloud.Tests.Dns.Peers.Clients;

public sealed class ClientQuestionTests
{
    [Fact]
    public void The_documented_table_is_what_real_clients_are_tried_with()
    {
        var lines = File.ReadAllLines(Path.Combine(Documents.Root(), "docs", "router.md"));
        var head = Array.IndexOf(lines, "| name | asks HomeCloud | delv | systemd-resolved | Unbound, dnsmasq, BIND |");

        head.Should().BePositive();
        lines.Skip(head + 2).TakeWhile(line => line.StartsWith('|')).Should().Equal(ClientQuestion.All.Select(question => question.Row));
    }
}
