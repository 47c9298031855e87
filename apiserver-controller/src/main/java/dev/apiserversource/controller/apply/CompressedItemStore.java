package dev.apiserversource.controller.apply;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import io.fabric8.kubernetes.client.informers.cache.ItemStore;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import org.jspecify.annotations.Nullable;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;

/**
 * The cache of an informer that keeps each object as compressed JSON. The objects of one source take some 50 kB as
 * model objects, and a few kB here. An idle source is reconciled every ten minutes, so slower reads do not matter.
 */
public final class CompressedItemStore<R extends HasMetadata> implements ItemStore<R> {

    private final Map<String, byte[]> items = new ConcurrentHashMap<>();
    private final Class<R> type;
    private final KubernetesSerialization serialization;

    /** An empty store of objects of {@code type}. */
    public CompressedItemStore(Class<R> type, KubernetesSerialization serialization) {
        this.type = type;
        this.serialization = serialization;
    }

    @Override
    public String getKey(R object) {
        return Cache.metaNamespaceKeyFunc(object);
    }

    @Override
    public @Nullable R put(String key, R object) {
        return unpack(items.put(key, pack(object)));
    }

    @Override
    public @Nullable R remove(String key) {
        return unpack(items.remove(key));
    }

    @Override
    public @Nullable R get(String key) {
        return unpack(items.get(key));
    }

    @Override
    public Stream<String> keySet() {
        return items.keySet().stream();
    }

    @Override
    public Stream<R> values() {
        return items.values().stream().map(this::read);
    }

    @Override
    public int size() {
        return items.size();
    }

    private byte[] pack(R object) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Deflater fast = new Deflater(Deflater.BEST_SPEED);
        try (OutputStream out = new DeflaterOutputStream(bytes, fast)) {
            out.write(serialization.asJson(object).getBytes(StandardCharsets.UTF_8));
        } catch (IOException impossible) {
            throw new UncheckedIOException("cannot write to memory", impossible);
        } finally {
            fast.end();
        }
        return bytes.toByteArray();
    }

    private @Nullable R unpack(byte @Nullable [] packed) {
        return packed == null ? null : read(packed);
    }

    private R read(byte[] packed) {
        try (InputStream in = new InflaterInputStream(new ByteArrayInputStream(packed))) {
            return serialization.unmarshal(in, type);
        } catch (IOException impossible) {
            throw new UncheckedIOException("cannot read from memory", impossible);
        }
    }
}
