using System.Net.Sockets;
using System.Text;
using HomeCloud.Dns.Hosting.Systemd;

namespace HomeCloud.Tests.Dns.Hosting.Systemd;

public sealed class SystemdNotifierTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Messages_arrive_as_sd_notify_writes_them(bool isAbstract)
    {
        var name = Path.Combine(Path.GetTempPath(), $"hc-notify-{Guid.NewGuid():N}");
        using var systemd = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { ReceiveTimeout = 10_000 };
        systemd.Bind(new UnixDomainSocketEndPoint(isAbstract ? "\0" + name : name));
        using var notifier = new SystemdNotifier(new SystemdOptions { NotifySocket = isAbstract ? "@" + name : name });

        notifier.Ready("answering 3 names");

        var buffer = new byte[200];
        Encoding.UTF8.GetString(buffer, 0, systemd.Receive(buffer)).Should().Be("READY=1\nSTATUS=answering 3 names");
        File.Delete(name);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("/nowhere/to/be/found")]
    public void Without_systemd_nothing_happens(string? socket)
    {
        using var notifier = new SystemdNotifier(new SystemdOptions { NotifySocket = socket });

        notifier.IsActive.Should().BeFalse();
        notifier.Ready("x");
    }
}
