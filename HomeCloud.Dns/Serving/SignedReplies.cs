using System.Buffers;
using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Serving;

/// <summary>The way back of a signed query: a late answer is signed before it leaves.</summary>
internal sealed class SignedReplies(IReplySource inner, IReplySignature signature, int most) : IReplySource
{
    public IReplyPath CaptureReplyPath() => new SignedPath(inner.CaptureReplyPath(), signature, most);

    public void Blocked(string list) => inner.Blocked(list);

    public void Judged(Security verdict) => inner.Judged(verdict);

    private sealed class SignedPath(IReplyPath inner, IReplySignature signature, int most) : IReplyPath
    {
        public void Send(ReadOnlySpan<byte> response)
        {
            var buffer = ArrayPool<byte>.Shared.Rent(MessageHeader.MaxMessageSize);
            response.CopyTo(buffer);
            inner.Send(buffer.AsSpan(0, signature.Sign(buffer.AsSpan(0, MessageHeader.MaxMessageSize), response.Length, most)));
            ArrayPool<byte>.Shared.Return(buffer);
        }

        public void Blocked(string list) => inner.Blocked(list);

        public void Judged(Security verdict) => inner.Judged(verdict);

        public void Abandon() => inner.Abandon();
    }
}
