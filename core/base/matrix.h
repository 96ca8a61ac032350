// Row-major matrices: a view that owns nothing, and an aligned one that does.
#pragma once

#include "core/base/error.h"

#include <cstddef>
#include <limits>
#include <memory>
#include <new>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

namespace stratoscope {

/// a × b, or an Error that names what was too large. For sizes read from files.
[[nodiscard]] inline std::size_t checked_product(std::size_t a, std::size_t b, const char* what) {
    if (a != 0 && b > std::numeric_limits<std::size_t>::max() / a)
        throw Error(ErrorKind::bad_data,
                    {.what = std::string(what) + " is too large for this machine's addresses",
                     .found = std::to_string(a) + " × " + std::to_string(b)});
    return a * b;
}

/// At least 64-byte aligned; blocks of some MiB lie in large pages where the system has them, which saves
/// most of the time that walking through page tables takes. Never null; throws std::bad_alloc.
[[nodiscard]] void* allocate_aligned(std::size_t bytes);
void free_aligned(void* memory, std::size_t bytes) noexcept;

/// Storage for numbers as vector kernels want it. A vector made with a size alone is not filled: that would
/// take longer than some of what is done with it.
template <class T>
struct AlignedAllocator {
    using value_type = T;
    AlignedAllocator() = default;
    template <class U>
    AlignedAllocator(const AlignedAllocator<U>&) noexcept {}
    T* allocate(std::size_t n) {
        return static_cast<T*>(allocate_aligned(checked_product(n, sizeof(T), "a block of memory")));
    }
    void deallocate(T* p, std::size_t n) noexcept { free_aligned(p, n * sizeof(T)); }
    template <class U>
    void construct(U* p) noexcept {
        ::new (static_cast<void*>(p)) U;
    }
    template <class U, class... Arguments>
    void construct(U* p, Arguments&&... arguments) {
        ::new (static_cast<void*>(p)) U(std::forward<Arguments>(arguments)...);
    }
    template <class U>
    bool operator==(const AlignedAllocator<U>&) const noexcept {
        return true;
    }
};

template <class T>
using AlignedVector = std::vector<T, AlignedAllocator<T>>;

/// rows × cols numbers, row i at data + i·stride; T is const for a view that may only be read.
template <class T>
struct MatrixView {
    T* data = nullptr;
    std::size_t rows = 0;
    std::size_t cols = 0;
    std::size_t stride = 0;

    MatrixView() = default;
    MatrixView(T* data_, std::size_t rows_, std::size_t cols_) : MatrixView(data_, rows_, cols_, cols_) {}
    MatrixView(T* data_, std::size_t rows_, std::size_t cols_, std::size_t stride_)
        : data(data_), rows(rows_), cols(cols_), stride(stride_) {}

    [[nodiscard]] std::span<T> row(std::size_t i) const { return {data + i * stride, cols}; }
    [[nodiscard]] T& operator()(std::size_t i, std::size_t j) const { return data[i * stride + j]; }
    [[nodiscard]] MatrixView middle_rows(std::size_t first, std::size_t count) const {
        return {data + first * stride, count, cols, stride};
    }
    operator MatrixView<const T>() const requires(!std::is_const_v<T>) { return {data, rows, cols, stride}; }
};

template <class T>
class Matrix {
  public:
    Matrix() = default;
    Matrix(std::size_t rows, std::size_t cols, T fill = T{})
        : rows_(rows), cols_(cols), values_(checked_product(rows, cols, "a matrix"), fill) {}

    /// Not filled: every value is to be written before it is read.
    [[nodiscard]] static Matrix unfilled(std::size_t rows, std::size_t cols) {
        Matrix out;
        out.rows_ = rows;
        out.cols_ = cols;
        out.values_ = AlignedVector<T>(checked_product(rows, cols, "a matrix"));
        return out;
    }

    [[nodiscard]] std::size_t rows() const noexcept { return rows_; }
    [[nodiscard]] std::size_t cols() const noexcept { return cols_; }
    [[nodiscard]] bool empty() const noexcept { return values_.empty(); }
    [[nodiscard]] T* data() noexcept { return values_.data(); }
    [[nodiscard]] const T* data() const noexcept { return values_.data(); }
    [[nodiscard]] T& operator()(std::size_t i, std::size_t j) { return values_[i * cols_ + j]; }
    [[nodiscard]] const T& operator()(std::size_t i, std::size_t j) const { return values_[i * cols_ + j]; }
    [[nodiscard]] std::span<T> row(std::size_t i) { return {data() + i * cols_, cols_}; }
    [[nodiscard]] std::span<const T> row(std::size_t i) const { return {data() + i * cols_, cols_}; }
    [[nodiscard]] std::span<const T> values() const noexcept { return {values_.data(), values_.size()}; }
    [[nodiscard]] MatrixView<T> view() { return {data(), rows_, cols_}; }
    [[nodiscard]] MatrixView<const T> view() const { return {data(), rows_, cols_}; }
    bool operator==(const Matrix&) const = default;

  private:
    std::size_t rows_ = 0;
    std::size_t cols_ = 0;
    AlignedVector<T> values_;
};

} // namespace stratoscope
