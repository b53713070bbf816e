using HomeCloud.Lab.Names;

namespace HomeCloud.Tests.Lab.Names;

public sealed class ScriptedResponseTests
{
    [Fact]
    public void A_name_has_its_address()
    {
        var response = Ask(OutsideNames.Plain, RecordKind.A, 512);

        Code(response).Should().Be(0);
        Answers(response).Should().Be(1);
        response[^4..].Should().Equal(OutsideNames.PlainAddress.GetAddressBytes());
    }

    [Fact]
    public void An_alias_comes_with_what_it_stands_for() => Answers(Ask(OutsideNames.Alias, RecordKind.A, 512)).Should().Be(2);

    [Fact]
    public void Too_much_for_UDP_is_truncated_to_the_question()
    {
        var response = Ask(OutsideNames.Big, RecordKind.Txt, 1232);

        (response[2] & 0x02).Should().Be(0x02, "TC is set");
        Answers(response).Should().Be(0);
        response.Should().HaveCount(Question(OutsideNames.Big, RecordKind.Txt).Length);
    }

    [Fact]
    public void TCP_brings_all_of_it() => Answers(Ask(OutsideNames.Big, RecordKind.Txt, ushort.MaxValue)).Should().Be(40);

    [Theory]
    [InlineData(OutsideNames.Missing, 3)]
    [InlineData(OutsideNames.Broken, 2)]
    public void Names_that_fail_fail_as_scripted(string name, int code) => Code(Ask(name, RecordKind.A, 512)).Should().Be(code);

    [Theory]
    [InlineData("192.168.1.128", "128.1.168.192.in-addr.arpa.")]
    [InlineData("fd77:c10d:0:1::c0", "0.c.0.0.0.0.0.0.0.0.0.0.0.0.0.0.1.0.0.0.0.0.0.0.d.0.1.c.7.7.d.f.ip6.arpa.")]
    public void Reverse_names_follow_the_address(string address, string name) =>
        WireText.ReverseName(System.Net.IPAddress.Parse(address)).Should().Be(name);

    [Fact]
    public void A_name_that_points_at_itself_is_refused()
    {
        var read = () => WireText.ReadName([0xC0, 0x00], 0);

        read.Should().Throw<FormatException>();
    }

    private static byte[] Ask(string name, RecordKind kind, int limit) => ScriptedResponse.Write(Question(name, kind), name, kind, limit);

    private static byte[] Question(string name, RecordKind kind)
    {
        var question = new List<byte> { 0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0 };
        WireText.WriteName(question, name);
        WireText.WriteUInt16(question, (int)kind);
        WireText.WriteUInt16(question, 1);
        return [.. question];
    }

    private static int Code(byte[] response) => response[3] & 0xF;

    private static int Answers(byte[] response) => WireText.ReadUInt16(response, 6);
}
