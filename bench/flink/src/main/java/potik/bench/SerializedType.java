package potik.bench;

import java.util.Objects;
import org.apache.flink.api.common.serialization.SerializerConfig;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;

/** A type that is no key and has no fields, with a serializer of its own. */
final class SerializedType<T> extends TypeInformation<T> {
  private static final long serialVersionUID = 1;

  private final Class<T> kind;
  private final TypeSerializer<T> serializer;

  SerializedType(Class<T> kind, TypeSerializer<T> serializer) {
    this.kind = kind;
    this.serializer = serializer;
  }

  @Override
  public boolean isBasicType() {
    return false;
  }

  @Override
  public boolean isTupleType() {
    return false;
  }

  @Override
  public int getArity() {
    return 1;
  }

  @Override
  public int getTotalFields() {
    return 1;
  }

  @Override
  public Class<T> getTypeClass() {
    return kind;
  }

  @Override
  public boolean isKeyType() {
    return false;
  }

  @Override
  public TypeSerializer<T> createSerializer(SerializerConfig config) {
    return serializer;
  }

  @Override
  public String toString() {
    return kind.getSimpleName();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SerializedType<?> its && its.kind == kind;
  }

  @Override
  public int hashCode() {
    return Objects.hash(kind);
  }

  @Override
  public boolean canEqual(Object other) {
    return other instanceof SerializedType<?>;
  }
}
