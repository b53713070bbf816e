using System.Text;
using FsCheck;
using FsCheck.Fluent;
using HomeCloud.Dns.Validation;
using HomeCloud.Dns.Validation.Following;

namespace HomeCloud.Tests.Dns.Validation.Following;

/// <summary>The file of the root's keys is read back as written, and anything else is refused.</summary>
public sealed class FollowedKeysFileTests
{
    [Fact]
    public void What_is_written_is_read_back() =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
        {
            var keys = Keys(new Random(seed));
            return FollowedKeysFile.Format(FollowedKeysFile.Parse(FollowedKeysFile.Format(keys))) == FollowedKeysFile.Format(keys)
                && FollowedKeysFile.Parse(FollowedKeysFile.Format(keys)).All.Count == keys.All.Count;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    [Fact]
    public void A_file_that_is_cut_anywhere_is_refused()
    {
        var text = FollowedKeysFile.Format(Keys(new Random(1)));
        for (var length = 0; length < text.Length; length++)
            FluentActions.Invoking(() => FollowedKeysFile.Parse(text[..length])).Should().Throw<InvalidDataException>($"{length} of {text.Length} characters are left");
    }

    [Fact]
    public void A_damaged_file_is_refused_or_has_another_state_or_time_but_never_another_key() =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
        {
            var random = new Random(seed);
            var keys = Keys(random);
            var octets = Encoding.ASCII.GetBytes(FollowedKeysFile.Format(keys));
            for (var i = random.Next(4); i >= 0; i--)
                octets[random.Next(octets.Length)] = (byte)random.Next(256);
            FollowedKeys read;
            try
            {
                read = FollowedKeysFile.Parse(Encoding.ASCII.GetString(octets));
            }
            catch (InvalidDataException)
            {
                return true;
            }

            // One octet of a key changes its tag; two may cancel each other out, and then what was written by hand counts.
            return read.All.Count == keys.All.Count && read.All.All(key => key.Key.SignsZone);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(5_000));

    [Theory]
    [InlineData("")]
    [InlineData("homecloud-dns root keys 2\nend 0\n")]
    [InlineData("homecloud-dns root keys 1\n")]
    [InlineData("homecloud-dns root keys 1\nend 1\n")]
    [InlineData("homecloud-dns root keys 1\nvalid 2027-01-01T00:00:00Z 1 0101030d\nend 1\n")]
    [InlineData("homecloud-dns root keys 1\nend 0\nend 0\n")]
    public void What_is_no_such_file_is_refused(string text) =>
        FluentActions.Invoking(() => FollowedKeysFile.Parse(text)).Should().Throw<InvalidDataException>();

    private static FollowedKeys Keys(Random random) => new(
    [
        .. Enumerable.Range(0, random.Next(1, 5)).Select(_ =>
        {
            var octets = new byte[64];
            random.NextBytes(octets);
            return new FollowedKey(ZoneKey.Read([1, 1, 3, 13, .. octets])!, (KeyState)random.Next(5), DateTimeOffset.FromUnixTimeSeconds(random.Next()));
        }),
    ]);
}
